"""What is looked at before a text is shown: blocked links, and first texts with links."""

import datetime
from urllib.parse import urlsplit

from django.utils import timezone
from lxml import html as parser

from accounts.blocking import blocked_domains
from accounts.models import User
from summaries.models import Comment, Summary
from summaries.rendering import TextRefused

NEW_FOR_DAYS = 7
POSTS_OF_A_NEWCOMER = 3
# Where summaries of papers link to by nature. Whatever lies below one of them counts too.
SCHOLARLY_HOSTS = {
    *("arxiv.org", "doi.org", "openreview.net", "aclanthology.org", "dblp.org", "nih.gov"),
    *("semanticscholar.org", "openalex.org", "crossref.org", "jmlr.org", "mlr.press", "acm.org"),
    *("nature.com", "science.org", "springer.com", "ieee.org", "sciencedirect.com", "plos.org"),
    *("biorxiv.org", "medrxiv.org", "neurips.cc", "nips.cc", "thecvf.com", "ieee.org", "orcid.org"),
    *("bibsonomy.org", "wikipedia.org", "zenodo.org", "distill.pub", "paperswithcode.com"),
}


def hosts_in(html: str) -> set[str]:
    """The hosts that rendered text links to, in lower case; our own addresses have none."""
    if "href=" not in html and "src=" not in html:
        return set()
    tree = parser.fragment_fromstring(html, create_parent="div")
    found = set()
    for element in tree.iterfind(".//*"):
        for name in ("href", "src"):
            host = urlsplit(element.get(name) or "").hostname
            if host:
                found.add(host.lower())
    return found


def refuse_blocked(html: str) -> None:
    """Raises TextRefused when rendered text links to a domain on the blocklist."""
    blocked = blocked_domains(hosts_in(html))
    if blocked:
        raise TextRefused(
            f"Links to {', '.join(blocked)} are not taken here. Take them out, or write to us."
        )


def must_wait(author: User, html: str) -> bool:
    """Whether a moderator looks at the text first: newcomers' texts that link elsewhere do."""
    if author.is_trusted or author.is_staff:
        return False
    return bool(_elsewhere(hosts_in(html))) and _is_newcomer(author)


def _elsewhere(hosts: set[str]) -> set[str]:
    return {
        host
        for host in hosts
        if not any(host == known or host.endswith(f".{known}") for known in SCHOLARLY_HOSTS)
    }


def _is_newcomer(author: User) -> bool:
    """New by days, or with few texts that anybody could read."""
    if timezone.now() - author.date_joined < datetime.timedelta(days=NEW_FOR_DAYS):
        return True
    written = Summary.objects.published().filter(author=author).count()
    said = Comment.objects.shown().filter(author=author).count()
    return written + said < POSTS_OF_A_NEWCOMER

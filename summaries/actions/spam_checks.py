"""Checks before a text is shown: blocked links, and the first texts of new members."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from lxml import html as parser

from accounts.blocklists import blocked_domains
from accounts.models import User
from common.http.urls import parts_of
from summaries.models import Comment, Summary
from summaries.rendering import TextRefusedError

NEW_FOR_DAYS = 7
POSTS_OF_A_NEWCOMER = 3
# Sites that summaries of papers commonly link to. Their subdomains count too.
SCHOLARLY_HOSTS = {
    *("arxiv.org", "doi.org", "openreview.net", "aclanthology.org", "dblp.org", "nih.gov"),
    *("semanticscholar.org", "openalex.org", "crossref.org", "jmlr.org", "mlr.press", "acm.org"),
    *("nature.com", "science.org", "springer.com", "ieee.org", "sciencedirect.com", "plos.org"),
    *("biorxiv.org", "medrxiv.org", "neurips.cc", "nips.cc", "thecvf.com", "ieee.org", "orcid.org"),
    *("bibsonomy.org", "wikipedia.org", "zenodo.org", "distill.pub", "paperswithcode.com"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link or picture in a text, for a moderator."""

    address: str
    host: str  # in lower case
    is_scholarly: bool
    is_blocked: bool


def hosts_in(html: str) -> set[str]:
    """Return the hosts that rendered text links to, in lower case; relative links have none."""
    return set(_addresses_in(html).values())


def links_in(html: str) -> list[Link]:
    """Return the links to other sites, each address once, in the order of the text."""
    addresses = _addresses_in(html)
    blocked = set(blocked_domains(set(addresses.values())))
    return [
        Link(
            address=address,
            host=host,
            is_scholarly=not _elsewhere({host}),
            is_blocked=host in blocked,
        )
        for address, host in addresses.items()
    ]


def _addresses_in(html: str) -> dict[str, str]:
    """Return {address: host} of the links and pictures in rendered text."""
    if "href=" not in html and "src=" not in html:
        return {}
    tree = parser.fragment_fromstring(html, create_parent="div")
    hosts = {}
    for element in tree.iterfind(".//*"):
        for name in ("href", "src"):
            address = element.get(name) or ""
            host = parts_of(address).hostname
            if host:
                hosts[address] = host.lower()
    return hosts


def refuse_unproved(author: User) -> None:
    """Require a verified author.

    Raises TextRefusedError when the author has confirmed no e-mail address or outside account.
    """
    if not author.is_verified:
        raise TextRefusedError(
            _(
                "Confirm your e-mail address first. Open the link we sent to your inbox, or "
                "get a new one in Settings, Account. You can save your text as a draft."
            )
        )


def refuse_blocked(html: str) -> None:
    """Check the links of rendered text.

    Raises TextRefusedError when one leads to a domain on the blocklist.
    """
    blocked = blocked_domains(hosts_in(html))
    if blocked:
        raise TextRefusedError(
            _("Links to %(hosts)s are not allowed. Remove them, or contact us.")
            % {"hosts": ", ".join(blocked)}
        )


def must_wait(author: User, html: str) -> bool:
    """Return whether a moderator has to approve the text first.

    That is so for texts of new members that link to other than scholarly sites.
    """
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
    """Return whether the account is new, or has few texts that others could read."""
    if timezone.now() - author.date_joined < datetime.timedelta(days=NEW_FOR_DAYS):
        return True
    summary_count = Summary.objects.published().filter(author=author).count()
    comment_count = Comment.objects.shown().filter(author=author).count()
    return summary_count + comment_count < POSTS_OF_A_NEWCOMER

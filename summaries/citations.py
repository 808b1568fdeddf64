"""From the keys of `\\cite{}` to papers, and the rows that make back-links."""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from django.conf import settings
from django.db.models import Q

from common.db.batches import in_batches
from common.db.transactions import transactional
from papers.identifiers import parse_identifier
from papers.models import Identifier, Paper
from papers.names import short_reference
from summaries.locks import lock_summaries
from summaries.models import Citation, Summary
from summaries.rendering import CitedPaper

_PAGE = re.compile(r"/paper/(\d{1,18})(?:/|\Z)")
_ORIGINAL = re.compile(
    r"https?://(?:www\.)?shortscience\.org/paper\?bibtexKey=([^&#]+)", re.IGNORECASE
)


def papers_by_key(keys: Iterable[str]) -> dict[str, Paper]:
    """The papers that keys name, {"1412.6980": <Paper>}; keys nobody knows are left out.

    A key is any name of a paper in any form: an arXiv identifier, a DOI, a citation key, the address
    of its page here or on the original site. One query, however many keys, and one for addresses
    of this site.
    """
    wanted: dict[tuple[str, str], list[str]] = {}
    pages: dict[int, list[str]] = {}
    for key in keys:
        page = _PAGE.match(key.removeprefix(settings.SITE_URL))
        if page and key.startswith(settings.SITE_URL):
            pages.setdefault(int(page[1]), []).append(key)
            continue
        original = _ORIGINAL.match(key)
        told = unquote(original[1]) if original else key
        wanted.setdefault(("key", told), []).append(key)
        name = parse_identifier(told)
        if name and name.scheme != "key":
            wanted.setdefault((name.scheme, name.value), []).append(key)
    found = (
        {key: paper for paper in Paper.objects.filter(pk__in=pages) for key in pages[paper.pk]}
        if pages
        else {}
    )
    if not wanted:
        return found
    # By scheme: SQLite takes no more than a thousand conditions that are joined by "or".
    values: dict[str, list[str]] = {}
    for scheme, value in wanted:
        values.setdefault(scheme, []).append(value)
    matches = Q()
    for scheme, names in values.items():
        matches |= Q(scheme=scheme, value__in=names)
    for identifier in Identifier.objects.filter(matches).select_related("paper"):
        for key in wanted[identifier.scheme, identifier.value]:
            found[key] = identifier.paper
    return found


def cited_papers(keys: Iterable[str]) -> dict[str, CitedPaper]:
    """The same for the renderer: address, short reference and title by key."""
    return {
        key: CitedPaper(
            url=paper.get_absolute_url(),
            reference=short_reference(paper.authors_text, paper.year),
            title=paper.title,
        )
        for key, paper in papers_by_key(keys).items()
    }


def record_citations(summary: Summary, keys: Iterable[str]) -> None:
    """Make the summary's Citation rows match the keys of its text."""
    keys = list(dict.fromkeys(keys))
    papers = papers_by_key(keys)
    Citation.objects.filter(summary=summary).exclude(key__in=keys).delete()
    for key in keys:
        Citation.objects.update_or_create(
            summary=summary, key=key, defaults={"paper": papers.get(key)}
        )


def resolve_citations(*, batch_size: int = 500) -> int:
    """Find the papers of keys that nobody knew when they were written; return how many were found.

    The summaries that cite them are marked, so that `rerender_old` makes links of the keys.
    """
    count = 0
    for batch in in_batches(Citation.objects.filter(paper=None), batch_size):
        count += _resolve(batch)
    return count


@transactional
def _resolve(batch: list[Citation]) -> int:
    papers = papers_by_key(citation.key for citation in batch)
    found = [citation for citation in batch if citation.key in papers]
    lock_summaries(citation.summary_id for citation in found)
    for citation in found:
        citation.paper = papers[citation.key]
    Citation.objects.bulk_update(found, ["paper"])
    numbers = {citation.summary_id for citation in found}
    Summary.objects.filter(pk__in=numbers).update(renderer_version=0)
    return len(found)

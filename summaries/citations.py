r"""Papers for the keys of `\cite{}`, and the rows from which back-links are made."""

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
    """Return the papers that keys name, {"1412.6980": <Paper>}; unknown keys are left out.

    A key is any identifier of a paper in any form: an arXiv identifier, a DOI, a citation key, the address
    of its page here or on the original site. One query, however many keys, and one for addresses
    of this site.
    """
    keys_of: dict[tuple[str, str], list[str]] = {}
    pages: dict[int, list[str]] = {}
    for key in keys:
        page = _PAGE.match(key.removeprefix(settings.SITE_URL))
        if page and key.startswith(settings.SITE_URL):
            pages.setdefault(int(page[1]), []).append(key)
            continue
        original = _ORIGINAL.match(key)
        text = unquote(original[1]) if original else key
        keys_of.setdefault(("key", text), []).append(key)
        parsed = parse_identifier(text)
        if parsed and parsed.scheme != "key":
            keys_of.setdefault((parsed.scheme, parsed.value), []).append(key)
    by_key: dict[str, Paper] = {}
    if pages:
        for paper in Paper.objects.filter(pk__in=pages):
            by_key.update(dict.fromkeys(pages[paper.pk], paper))
    if not keys_of:
        return by_key
    # By scheme: SQLite takes no more than a thousand conditions that are joined by "or".
    values: dict[str, list[str]] = {}
    for scheme, value in keys_of:
        values.setdefault(scheme, []).append(value)
    matches = Q()
    for scheme, scheme_values in values.items():
        matches |= Q(scheme=scheme, value__in=scheme_values)
    for identifier in Identifier.objects.filter(matches).select_related("paper"):
        for key in keys_of[identifier.scheme, identifier.value]:
            by_key[key] = identifier.paper
    return by_key


def cited_papers(keys: Iterable[str]) -> dict[str, CitedPaper]:
    """Return address, short reference and title of the papers by key, for the renderer."""
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
    """Find the papers of keys that were unknown when they were written; return how many.

    The summaries that cite them are marked, so that `rerender_old` turns the keys into links.
    """
    count = 0
    for batch in in_batches(Citation.objects.filter(paper=None), batch_size):
        count += _resolve(batch)
    return count


@transactional
def _resolve(batch: list[Citation]) -> int:
    papers = papers_by_key(citation.key for citation in batch)
    resolved = [citation for citation in batch if citation.key in papers]
    lock_summaries(citation.summary_id for citation in resolved)
    for citation in resolved:
        citation.paper = papers[citation.key]
    Citation.objects.bulk_update(resolved, ["paper"])
    summary_ids = {citation.summary_id for citation in resolved}
    Summary.objects.filter(pk__in=summary_ids).update(renderer_version=0)
    return len(resolved)

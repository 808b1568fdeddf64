"""Pure: what several catalogues say of one paper, brought to one description.

The answer depends on the set of records alone, never on the order in which they came in. Members'
claims come behind all of them, the first one first, and fill what no catalogue tells.
"""

from collections.abc import Iterable
from typing import Any

from papers.sources import Record
from papers.venues import normalise_venue_name

# Who is trusted most, by field; a source that is not named comes last.
TEXT_ORDER = (
    "arxiv",
    "arxiv-oai",
    "crossref",
    "pubmed",
    "openreview",
    "dblp",
    "datacite",
    "openalex",
    "bibsonomy",
    "bibtex",
    "by-hand",
)
PUBLICATION_ORDER = (
    "dblp",
    "crossref",
    "pubmed",
    "openreview",
    "datacite",
    "bibsonomy",
    "openalex",
    "bibtex",
    "by-hand",
    "arxiv",
    "arxiv-oai",
)
PREPRINT_VENUES = {"", "arxiv", "corr", "arxiv.org", "arxiv preprint", "biorxiv", "medrxiv"}


def is_preprint(record: Record) -> bool:
    """True for a record that tells of no publication, only of a preprint."""
    return record.venue_kind == "preprint" or record.venue.strip().lower() in PREPRINT_VENUES


def merge_records(records: Iterable[Record], claims: Iterable[Record] = ()) -> dict[str, Any]:
    """The fields of a paper from all that is known of it; venues as (name, kind, issns).

    `claims` are those of members, the oldest first; without any record the first one that has a
    title describes the paper. The published version wins venue and year over the preprint; among equals the first in the
    order of the sources does. A field that nobody tells is "" or None.
    """
    records, claims = list(records), list(claims)
    if not records:
        founder = next(claim for claim in claims if claim.title)
        claims.remove(founder)
        records = [founder]
    values = _merge(records)
    for claim in claims:
        _fill(values, claim)
    return values


def _fill(values: dict[str, Any], claim: Record) -> None:
    """Set what nobody told so far; what goes with a venue only along with that venue."""
    if not values["abstract"] and claim.abstract:
        values |= {"abstract": claim.abstract, "abstract_source": claim.source}
    if not values["venue"] and claim.venue:
        told = {name: getattr(claim, name) for name in ("venue", "venue_kind", "issn")}
        values |= {**told, "is_preprint": is_preprint(claim)}
    names = ["authors", "year", "url", "code_url", "data_url"]
    if not claim.venue or _is_same_venue(claim.venue, values["venue"]):
        names += ["volume", "number", "pages", "publisher"]
    for name in names:
        values[name] = values[name] or getattr(claim, name)


def _is_same_venue(one: str, other: str) -> bool:
    return normalise_venue_name(one) == normalise_venue_name(other)


def _merge(records: list[Record]) -> dict[str, Any]:
    by_text = _sorted(records, TEXT_ORDER)
    published = _sorted([r for r in records if not is_preprint(r)], PUBLICATION_ORDER)
    preprints = _sorted([r for r in records if is_preprint(r)], TEXT_ORDER)
    where = published or preprints
    version = max(r.arxiv_version or 0 for r in records)
    # What was said of an older version no longer holds: a paper can be withdrawn and come back.
    newest = [r for r in by_text if r.arxiv_version in {version, None}]
    return {
        "title": _first(by_text, "title"),
        # A byline that leaves out authors never takes the place of one that names them.
        "authors": _first([r for r in by_text if not r.has_more_authors], "authors")
        or _first(by_text, "authors")
        or (),
        "abstract": _first(by_text, "abstract"),
        "abstract_source": next((r.source for r in by_text if r.abstract), ""),
        "venue": where[0].venue,
        "venue_kind": where[0].venue_kind,
        "issn": _first(where, "issn") or (),
        "year": _first(where, "year") or _first(records, "year"),
        "published_on": _first(where, "published_on"),
        "kind": where[0].kind or "article",
        "volume": _first(where, "volume"),
        "number": _first(where, "number"),
        "pages": _first(where, "pages"),
        "publisher": _first(where, "publisher"),
        "url": _first(where, "url"),
        "categories": list(_first(by_text, "categories") or ()),
        "code_url": _first(by_text, "code_url"),
        "data_url": _first(by_text, "data_url"),
        "licence": _first(newest, "licence"),
        "arxiv_version": version or None,
        "versions": max((r.versions for r in newest), key=len),
        "is_withdrawn": any(r.is_withdrawn for r in newest),
        "is_retracted": any(r.is_retracted for r in records),
        "is_preprint": not published,
    }


def _sorted(records: list[Record], order: tuple[str, ...]) -> list[Record]:
    """By the order of the sources; records of one source by their own text, never by arrival."""

    def place(record: Record) -> tuple[int, list[tuple[str, str]], str]:
        known = record.source in order
        names = [(name.scheme, name.value) for name in record.identifiers]
        return (order.index(record.source) if known else len(order), names, record.title)

    return sorted(records, key=place)


def _first(records: list[Record], attribute: str) -> Any:
    """The first value that is told; the empty value of its kind when none is."""
    values = [getattr(record, attribute) for record in records]
    return next((value for value in values if value), values[0] if values else None)

"""Combine what several catalogues say about a paper into one description, without I/O.

The result depends on the set of records alone, never on the order in which they arrived. Members'
claims rank behind all of them, the oldest first, and fill what no catalogue provides.
"""

from collections.abc import Iterable
from typing import Any

from papers.sources import Record
from papers.venues import normalise_venue_name

# The most trusted sources first, by kind of field; sources that are not listed come last.
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
    """Return whether a record describes a preprint without a publication."""
    return record.venue_kind == "preprint" or record.venue.strip().lower() in PREPRINT_VENUES


def merge_records(records: Iterable[Record], claims: Iterable[Record] = ()) -> dict[str, Any]:
    """Return the fields of a paper as {field: value}, combined from all its records.

    `claims` are those of members, the oldest first; without records, the first claim with a title
    is used as one. The published version takes precedence over the preprint for venue and year;
    otherwise the first source in the order of trust does. A field that is unknown is empty or None.
    Raises StopIteration without a record or a claim that has a title.
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
    """Set fields that are unknown so far; volume and pages only for the same venue."""
    if not values["abstract"] and claim.abstract:
        values |= {"abstract": claim.abstract, "abstract_source": claim.source}
    if not values["venue"] and claim.venue:
        venue_fields = {name: getattr(claim, name) for name in ("venue", "venue_kind", "issn")}
        values |= {**venue_fields, "is_preprint": is_preprint(claim)}
    names = ["authors", "year", "url", "code_url", "data_url"]
    if not claim.venue or _is_same_venue(claim.venue, values["venue"]):
        names += ["volume", "number", "pages", "publisher"]
    for name in names:
        values[name] = values[name] or getattr(claim, name)


def _is_same_venue(name: str, other_name: str) -> bool:
    return normalise_venue_name(name) == normalise_venue_name(other_name)


def _merge(records: list[Record]) -> dict[str, Any]:
    by_text = _sorted(records, TEXT_ORDER)
    published = _sorted(
        [record for record in records if not is_preprint(record)], PUBLICATION_ORDER
    )
    preprints = _sorted([record for record in records if is_preprint(record)], TEXT_ORDER)
    venue_records = published or preprints
    version = max(record.arxiv_version or 0 for record in records)
    # Only records of the newest version count: a paper can be withdrawn and resubmitted.
    newest = [record for record in by_text if record.arxiv_version in {version, None}]
    return {
        "title": _first(by_text, "title"),
        # A byline that leaves out authors never replaces one that names them.
        "authors": _first([record for record in by_text if not record.has_more_authors], "authors")
        or _first(by_text, "authors")
        or (),
        "abstract": _first(by_text, "abstract"),
        "abstract_source": next((record.source for record in by_text if record.abstract), ""),
        "venue": venue_records[0].venue,
        "venue_kind": venue_records[0].venue_kind,
        "issn": _first(venue_records, "issn") or (),
        "year": _first(venue_records, "year") or _first(records, "year"),
        "published_on": _first(venue_records, "published_on"),
        "kind": venue_records[0].kind or "article",
        "volume": _first(venue_records, "volume"),
        "number": _first(venue_records, "number"),
        "pages": _first(venue_records, "pages"),
        "publisher": _first(venue_records, "publisher"),
        "url": _first(venue_records, "url"),
        "categories": list(_first(by_text, "categories") or ()),
        "code_url": _first(by_text, "code_url"),
        "data_url": _first(by_text, "data_url"),
        "licence": _first(newest, "licence"),
        "arxiv_version": version or None,
        "versions": max((record.versions for record in newest), key=len),
        "is_withdrawn": any(record.is_withdrawn for record in newest),
        "is_retracted": any(record.is_retracted for record in records),
        "is_preprint": not published,
    }


def _sorted(records: list[Record], order: tuple[str, ...]) -> list[Record]:
    """Sort by the order of the sources; records of one source by content, never by arrival."""

    def sort_key(record: Record) -> tuple[int, list[tuple[str, str]], str]:
        is_listed = record.source in order
        names = [(name.scheme, name.value) for name in record.identifiers]
        return (order.index(record.source) if is_listed else len(order), names, record.title)

    return sorted(records, key=sort_key)


def _first(records: list[Record], attribute: str) -> Any:
    """Return the first value that is not empty, or else the empty value of its type."""
    values = [getattr(record, attribute) for record in records]
    return next((value for value in values if value), values[0] if values else None)

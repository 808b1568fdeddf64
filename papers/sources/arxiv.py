"""Client for arXiv's search API: one Atom feed in three dialects, the newest since November 2025.

https://info.arxiv.org/help/api/user-manual.html. At most one request every three seconds, one
connection at a time. Thank you to arXiv for use of its open access interoperability.
"""

import datetime
import re
from collections.abc import Iterator, Sequence

from django.conf import settings
from lxml import etree

from common.http.client import Answer, Service
from papers.citations.latex_to_unicode import latex_to_text
from papers.identifiers import PaperId, parse_arxiv_id
from papers.names import display_name
from papers.sources import messages
from papers.sources.arxiv_fields import (
    known_categories,
    paragraphs,
    parse_dois,
    says_withdrawn,
)
from papers.sources.client import ask, check_status, parse_xml
from papers.sources.records import Record, RecordNotFoundError, SourceParseError, SourceRefusedError

SCHEMES = ("arxiv",)
NAME = "arXiv"
ADDRESS = "ARXIV_API_URL"
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"


def fetch(name: PaperId) -> Record:
    """Return the record of an arXiv identifier; raises SourceError."""
    records = fetch_many([name.value])
    if name.value not in records:
        raise RecordNotFoundError(messages.knows_no_paper("arXiv", name.value))
    return records[name.value]


def fetch_many(arxiv_ids: Sequence[str]) -> dict[str, Record]:
    """Return {identifier: record} for at most 100 identifiers; unknown ones are left out."""
    params = {"id_list": ",".join(arxiv_ids), "max_results": str(len(arxiv_ids))}
    return {
        record.identifiers[0].value: record for record in _records(params, ", ".join(arxiv_ids))
    }


def search(query: str) -> list[Record]:
    """Return the ten papers that match the words best."""
    terms = re.findall(r"\w+", query)[:20]
    if not terms:
        return []
    params = {"search_query": " AND ".join(f"all:{term}" for term in terms), "max_results": "10"}
    return _records(params, query)


def _records(params: dict[str, str], query: str) -> list[Record]:
    service = Service(
        name=NAME,
        base_url=settings.ARXIV_API_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["arxiv"],
        max_bytes=30 * 1024 * 1024,
    )
    answer = ask(service, settings.ARXIV_API_URL, params=params, accept="application/atom+xml")
    if answer.status != 400:  # For a malformed identifier, the feed contains the message.
        check_status(service, answer, query=query)
    return parse_feed(service, answer)


def parse_feed(service: Service, answer: Answer) -> list[Record]:
    """Return the records of a feed; entries without a paper are left out.

    Raises SourceRefusedError for an error entry and SourceParseError for an invalid feed.
    """
    root = parse_xml(service, answer.body)
    if root.tag != f"{_ATOM}feed":
        raise SourceParseError(messages.cannot_be_read("arXiv"))
    records = (_record(entry) for entry in root.iter(f"{_ATOM}entry"))
    return [record for record in records if record is not None]


def _record(entry: etree._Element) -> Record | None:
    """Return the record of an entry, or None for an entry without a paper.

    The old dialect answers so for an unknown identifier.
    """
    address = _text(entry, f"{_ATOM}id")
    if "/api/errors" in address:
        raise SourceRefusedError(
            messages.service_message("arXiv", _text(entry, f"{_ATOM}summary") + ".")
        )
    try:
        arxiv_id, version = parse_arxiv_id(address)
    except ValueError:
        return None
    abstract = _paragraphs(entry.findtext(f"{_ATOM}summary") or "")
    comment = _text(entry, f"{_ARXIV}comment")
    published = _date(_text(entry, f"{_ATOM}published"))
    return Record(
        source="arxiv",
        title=latex_to_text(_text(entry, f"{_ATOM}title")),
        authors=tuple(_authors(entry)),
        abstract=abstract,
        year=published.year if published else None,
        published_on=published,
        venue="arXiv",
        venue_kind="preprint",
        kind="misc",
        identifiers=(PaperId("arxiv", arxiv_id), *parse_dois(_text(entry, f"{_ARXIV}doi"))),
        categories=_categories(entry),
        arxiv_version=version,
        url=f"https://arxiv.org/abs/{arxiv_id}",
        is_withdrawn=says_withdrawn(comment, abstract),
    )


def _text(entry: etree._Element, path: str) -> str:
    return " ".join((entry.findtext(path) or "").split())


def _paragraphs(text: str) -> str:
    """Return the paragraphs of an abstract.

    The dialect used until autumn 2025 wraps each line with a newline and two blanks, so that every
    line looks like a paragraph and none is one.
    """
    lines = text.strip().split("\n")
    is_wrapped = len(lines) > 2 and all(line.startswith("  ") for line in lines[1:] if line)
    return " ".join(text.split()) if is_wrapped else paragraphs(text)


def _authors(entry: etree._Element) -> Iterator[str]:
    for author in entry.iter(f"{_ATOM}author"):
        name = display_name(latex_to_text(_text(author, f"{_ATOM}name")))
        if name and name != ":":
            yield name


def _categories(entry: etree._Element) -> tuple[str, ...]:
    primary = entry.find(f"{_ARXIV}primary_category")
    terms = [primary.get("term", "")] if primary is not None else []
    terms += [category.get("term", "") for category in entry.iter(f"{_ATOM}category")]
    return known_categories(terms)


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None

"""Client for OpenAlex's works, by its own identifier, DOI, PubMed, or by search.

https://docs.openalex.org. Since February 2026 every request needs a key; the free one is enough for
single works.
"""

import datetime
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings

from common.http.client import Answer, Service
from papers.identifiers import PaperId, parse_identifier
from papers.names import display_name
from papers.sources import messages
from papers.sources.client import ask, check_status, read_json
from papers.sources.jats import plain_markup, plain_title
from papers.sources.json_values import (
    as_address,
    as_date,
    as_list,
    as_number,
    as_object,
    as_text,
    as_year,
    objects,
)
from papers.sources.records import Record, SourceParseError

SCHEMES = ("openalex", "doi", "pmid", "pmc")
NAME = "OpenAlex"
ADDRESS = "OPENALEX_API_URL"
NEEDS = ("OPENALEX_API_KEY",)
MAX_WORDS = 20_000  # Longer "abstracts" are whole papers, or have wrong positions.
_FORMS = {"doi": "https://doi.org/{}", "pmid": "pmid:{}", "pmc": "pmcid:{}"}
_KINDS = {  # OpenAlex type: BibTeX entry type
    "article": "article",
    "review": "article",
    "letter": "article",
    "preprint": "misc",
    "book": "book",
    "book-chapter": "incollection",
    "dissertation": "phdthesis",
    "report": "techreport",
}
_VENUE_KINDS = {"journal": "journal", "conference": "conference", "repository": "preprint"}


def fetch(name: PaperId) -> Record:
    """Return the record of an OpenAlex, PubMed or PubMed Central identifier or of a DOI.

    Raises SourceError.
    """
    value = _FORMS.get(name.scheme, "{}").format(name.value)
    service = _service()
    # OpenAlex documents identifiers with the colon and the slashes of a DOI.
    url = f"{settings.OPENALEX_API_URL}/works/{quote(value, safe=':/')}"
    answer = ask(service, url, params=_key(), accept="application/json")
    check_status(service, answer, query=name.value)
    return parse_work(service, answer)


def search(query: str) -> list[Record]:
    """Return the ten works that match the words best."""
    query = " ".join(query.split())[:300]
    if not query:
        return []
    service = _service()
    params = {"search": query, "per_page": "10", **_key()}
    answer = ask(service, f"{settings.OPENALEX_API_URL}/works", params=params)
    check_status(service, answer, query=query)
    return parse_works(service, answer)


def _key() -> dict[str, str]:
    return {"api_key": settings.OPENALEX_API_KEY} if settings.OPENALEX_API_KEY else {}


def _service() -> Service:
    return Service(
        name=NAME,
        base_url=settings.OPENALEX_API_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["openalex"],
    )


def parse_work(service: Service, answer: Answer) -> Record:
    """Return the record of a work.

    Raises SourceParseError for an invalid answer and for a work without a title.
    """
    record = _record(read_json(service, answer))
    if record is None:
        raise SourceParseError(messages.has_no_title("OpenAlex"))
    return record


def parse_works(service: Service, answer: Answer) -> list[Record]:
    """Return the records of {"meta": {…}, "results": [work, …]}, without works that have no title.

    Raises SourceParseError.
    """
    records = (_record(work) for work in objects(read_json(service, answer).get("results")))
    return [record for record in records if record is not None]


def _record(work: dict[str, Any]) -> Record | None:
    title, is_marked = plain_title(as_text(work.get("title") or work.get("display_name")))
    names = _names(work)
    if not title or not names:
        return None
    location_source = as_object(as_object(work.get("primary_location")).get("source"))
    venue_kind = _venue_kind(work, location_source)
    biblio = as_object(work.get("biblio"))
    published = as_date(work.get("publication_date"))
    return Record(
        source="openalex",
        title=title,
        authors=tuple(_authors(work)),
        abstract=abstract(work.get("abstract_inverted_index")),
        year=as_year(work.get("publication_year")) or (published.year if published else None),
        published_on=_exact(published),
        venue=_venue(location_source, venue_kind),
        venue_kind=venue_kind,
        volume=as_text(biblio.get("volume")),
        number=as_text(biblio.get("issue")),
        pages="-".join(_pages(biblio)),
        publisher=""
        if venue_kind == "preprint"
        else as_text(location_source.get("host_organization_name")),
        kind="inproceedings" if venue_kind == "conference" else _kind(work),
        identifiers=tuple(names),
        url=as_address(as_object(work.get("primary_location")).get("landing_page_url")),
        issn=tuple(filter(None, map(as_text, as_list(location_source.get("issn"))))),
        is_retracted=is_marked or work.get("is_retracted") is True,
    )


def abstract(index: object) -> str:
    """Return {"Deep": [0], "nets": [1, 3]} as text without paragraphs, "" for null or invalid data.

    https://docs.openalex.org/api-entities/works/work-object#abstract_inverted_index
    """
    words_by_position: dict[int, str] = {}
    for word, positions in as_object(index).items():
        for position in map(as_number, as_list(positions)):
            if position is not None and 0 <= position < MAX_WORDS:
                words_by_position[position] = word
    text = plain_markup(
        " ".join(words_by_position[position] for position in sorted(words_by_position))
    )
    return re.sub(r"\A(?:Abstract|ABSTRACT):? (?=[A-Z0-9])", "", text)


def _kind(work: dict[str, Any]) -> str:
    return _KINDS.get(as_text(work.get("type")), "misc")


def _venue_kind(work: dict[str, Any], location_source: dict[str, Any]) -> str:
    if as_text(work.get("type")) == "preprint":
        return "preprint"
    return _VENUE_KINDS.get(as_text(location_source.get("type")), "other")


def _venue(location_source: dict[str, Any], venue_kind: str) -> str:
    """Return the name of the venue, without the operator of "arXiv (Cornell University)"."""
    name = as_text(location_source.get("display_name"))
    return name.partition(" (")[0] if venue_kind == "preprint" else name


def _names(work: dict[str, Any]) -> list[PaperId]:
    """Return the identifiers, OpenAlex's first; an arXiv DOI gives the arXiv identifier."""
    ids = as_object(work.get("ids"))
    candidates = [work.get("id"), ids.get("openalex"), work.get("doi"), ids.get("doi")]
    candidates += [ids.get("pmid"), ids.get("pmcid")]
    names = (parse_identifier(as_text(value)) for value in candidates)
    return list(
        dict.fromkeys(
            name
            for name in names
            if name and name.scheme in {"openalex", "doi", "arxiv", "pmid", "pmc"}
        )
    )


def _authors(work: dict[str, Any]) -> Iterator[str]:
    for authorship in objects(work.get("authorships")):
        author = as_object(authorship.get("author"))
        name = as_text(author.get("display_name")) or as_text(authorship.get("raw_author_name"))
        name = display_name(plain_markup(name).replace("\u2010", "-"))
        if name:
            yield name


def _pages(biblio: dict[str, Any]) -> list[str]:
    pages = [as_text(biblio.get("first_page")), as_text(biblio.get("last_page"))]
    return [page for page in dict.fromkeys(pages) if page]


def _exact(day: datetime.date | None) -> datetime.date | None:
    """Return the day, or None for January 1, which OpenAlex uses when it only knows the year."""
    return None if day and (day.month, day.day) == (1, 1) else day

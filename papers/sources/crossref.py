"""Client for Crossref's works by DOI.

https://api.crossref.org/swagger-ui/index.html
"""

import datetime
import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings

from common.http.client import Answer, Service
from papers.identifiers import PaperId, paper_id_url, parse_doi, parse_identifier
from papers.names import display_name
from papers.sources import messages
from papers.sources.client import ask, check_status, read_json
from papers.sources.jats import plain_abstract, plain_markup, plain_title
from papers.sources.json_values import (
    as_address,
    as_list,
    as_number,
    as_object,
    as_text,
    as_year,
    objects,
)
from papers.sources.records import Record, RecordNotFoundError, SourceParseError, SourceRefusedError
from papers.sources.supplements import is_code, is_data

SCHEMES = ("doi",)
NAME = "Crossref"
PAGE = 100
ADDRESS = "CROSSREF_API_URL"
_KINDS = {  # Crossref's type: (BibTeX entry type, kind of venue)
    "journal-article": ("article", "journal"),
    "proceedings-article": ("inproceedings", "conference"),
    "posted-content": ("misc", "preprint"),
    "book": ("book", "other"),
    "monograph": ("book", "other"),
    "book-chapter": ("incollection", "other"),
    "dissertation": ("phdthesis", "other"),
    "report": ("techreport", "other"),
}
# https://www.crossref.org/documentation/schema-library/markup-guide-metadata-segments/relationships/
_SAME_WORK = ("has-preprint", "is-preprint-of", "is-version-of", "has-version", "is-same-as")
_MATERIAL = ("is-based-on-data", "is-supplemented-by", "has-related-material")
# A removal is a retraction after which the text may not stay online.
_RETRACTIONS = {"retraction", "withdrawal", "removal"}
_MINING = re.compile(r"\btdm\b|text-and-data-mining|userlicense", re.IGNORECASE)


def fetch(name: PaperId) -> Record:
    """Return the record of a DOI; raises SourceError."""
    service = _service()
    url = f"{settings.CROSSREF_API_URL}/works/{quote(name.value, safe='')}"
    answer = ask(service, url, params={"mailto": settings.CONTACT_EMAIL}, accept="application/json")
    check_status(service, answer, query=name.value)
    return parse_work(service, answer)


def search(query: str) -> list[Record]:
    """Return the ten works that match a title or a reference best."""
    if not query.strip():
        return []
    service = _service()
    return parse_works(service, _search(service, query, rows=10))


def search_page(query: str, *, token: str = "") -> tuple[list[Record], str]:
    """Return the next hundred matching works, the best first, and the token of the next page.

    The token is "" after the last page. A token is valid for five minutes; an expired one raises
    SourceRefusedError. Cursors: https://api.crossref.org/swagger-ui/index.html
    """
    service = _service()
    try:
        answer = _search(service, query, rows=PAGE, cursor=token or "*")
    except RecordNotFoundError as error:  # Crossref answers 404 for an expired cursor.
        raise SourceRefusedError(
            messages.did_not_understand("Crossref", "the page token")
        ) from error
    message = _message(service, answer)
    is_last = len(as_list(message.get("items"))) < PAGE
    return parse_works(service, answer), "" if is_last else as_text(message.get("next-cursor"))


def _search(service: Service, query: str, *, rows: int, **extra_params: str) -> Answer:
    query = " ".join(query.split())[:300]
    params = {"query.bibliographic": query, "rows": str(rows), **extra_params}
    params["mailto"] = settings.CONTACT_EMAIL
    answer = ask(service, f"{settings.CROSSREF_API_URL}/works", params=params)
    check_status(service, answer, query=query)
    return answer


def _service() -> Service:
    return Service(
        name=NAME,
        base_url=settings.CROSSREF_API_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["crossref"],
    )


def parse_work(service: Service, answer: Answer) -> Record:
    """Return the record of {"message": work}.

    Raises SourceParseError for an invalid answer and for a work without a title.
    """
    record = _record(_message(service, answer))
    if record is None:
        raise SourceParseError(messages.has_no_title("Crossref"))
    return record


def parse_works(service: Service, answer: Answer) -> list[Record]:
    """Return the records of {"message": {"items": [work, …]}}, without works that have no title.

    Raises SourceParseError.
    """
    records = (_record(work) for work in objects(_message(service, answer).get("items")))
    return [record for record in records if record is not None]


def _message(service: Service, answer: Answer) -> dict[str, Any]:
    message = read_json(service, answer).get("message")
    if not isinstance(message, dict):
        raise SourceParseError(messages.cannot_be_read("Crossref"))
    return message


def _record(work: dict[str, Any]) -> Record | None:
    title, is_marked = plain_title(as_text(work.get("title")))
    names = _names(work)
    if not title or not names:
        return None
    kind, venue_kind = _KINDS.get(as_text(work.get("type")), ("misc", "other"))
    is_taken_back = is_marked or _has_notice(work)
    year, published_on = _issued(work)
    code_url, data_url = _material(work)
    return Record(
        source="crossref",
        title=title,
        authors=tuple(_authors(work)),
        abstract=_abstract(work),
        year=year,
        published_on=published_on,
        venue=plain_markup(_venue(work, venue_kind)),
        venue_kind=venue_kind,
        volume=as_text(work.get("volume")),
        number=as_text(work.get("issue")),
        pages=as_text(work.get("page")),
        publisher=plain_markup(as_text(work.get("publisher"))),
        kind=kind,
        identifiers=names,
        licence=_licence(work),
        url=paper_id_url(names[0]) or "",
        code_url=code_url,
        data_url=data_url,
        issn=tuple(filter(None, map(as_text, as_list(work.get("ISSN"))))),
        # A preprint is withdrawn by its authors, a published paper is retracted by its publisher.
        is_withdrawn=is_taken_back and venue_kind == "preprint",
        is_retracted=is_taken_back and venue_kind != "preprint",
    )


def _abstract(work: dict[str, Any]) -> str:
    value = work.get("abstract")
    return plain_abstract(value if isinstance(value, str) else as_text(value))


def _venue(work: dict[str, Any], venue_kind: str) -> str:
    """Return the name of the venue; preprint servers give theirs as institution or group."""
    venue = as_text(work.get("container-title"))
    if venue or venue_kind != "preprint":
        return venue
    institutions = (as_text(item.get("name")) for item in objects(work.get("institution")))
    return next(filter(None, institutions), "") or as_text(work.get("group-title"))


def _names(work: dict[str, Any]) -> tuple[PaperId, ...]:
    """Return the DOI, and the identifiers of preprint and other versions; () without a DOI."""
    try:
        names = [PaperId("doi", parse_doi(as_text(work.get("DOI"))))]
    except ValueError:
        return ()
    for _, item in _related(work, _SAME_WORK):
        name = parse_identifier(as_text(item.get("id")))
        if name and name.scheme in {"doi", "arxiv"}:
            names.append(name)
    return tuple(dict.fromkeys(names))


def _related(
    work: dict[str, Any], relations: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (relation, {"id-type": "doi", "id": …}) in the order of `relations`."""
    related = as_object(work.get("relation"))
    for relation in relations:
        for item in objects(related.get(relation)):
            yield relation, item


def _material(work: dict[str, Any]) -> tuple[str, str]:
    """Return (address of the code, address of the data), "" for an unknown one."""
    code_url = data_url = ""
    for relation, item in _related(work, _MATERIAL):
        value = as_text(item.get("id"))
        name, address = parse_identifier(value), as_address(value)
        if name and name.scheme == "doi":
            if is_data(name.value) or relation == "is-based-on-data":
                data_url = data_url or paper_id_url(name) or ""
        elif is_code(address):
            code_url = code_url or address
    return code_url, data_url


def _authors(work: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the authors, or of the editors of a work without authors.

    A name is given as given and family name, as a family name alone, or as that of a group.
    """
    for author in objects(work.get("author")) or objects(work.get("editor")):
        parts = (as_text(author.get(part)) for part in ("given", "family", "suffix"))
        person = " ".join(part.replace(",", " ") for part in parts if part)
        name = plain_markup(person or as_text(author.get("name")))
        name = display_name(name) if person else name
        if name:
            yield name


def _issued(work: dict[str, Any]) -> tuple[int | None, datetime.date | None]:
    """Return (year, day) of the first date with a year; the day is None when it is incomplete.

    Month, day and even the year may be missing or null.
    """
    for member in ("issued", "published", "published-online", "published-print", "posted"):
        parts = as_list(as_object(work.get(member)).get("date-parts"))
        ymd = [as_number(part) for part in (as_list(parts[0]) if parts else [])]
        year = as_year(ymd[0]) if ymd else None
        if year is None:
            continue
        try:
            # A part that is null or not a number raises.
            return year, datetime.date(*cast(list[int], ymd)) if len(ymd) == 3 else None
        except (TypeError, ValueError):
            return year, None
    return None, None


def _licence(work: dict[str, Any]) -> str:
    """Return the address of the licence of the published version, or "".

    Licences for text mining are left out, as they do not concern readers.
    """
    addresses = [
        as_address(licence.get("URL"))
        for version in ("vor", "unspecified", "am")
        for licence in objects(work.get("license"))
        if as_text(licence.get("content-version")) == version
    ]
    addresses = [
        address for address in addresses if 0 < len(address) <= 200 and not _MINING.search(address)
    ]
    free = [address for address in addresses if "creativecommons.org/" in address]
    return next(iter(free or addresses), "")


def _has_notice(work: dict[str, Any]) -> bool:
    """Return whether the work was retracted.

    "updated-by" lists the notices about this work; "update-to" belongs to a notice. A few
    publishers print no notice and update the work to itself.
    """
    own = as_text(work.get("DOI")).lower()
    notices = objects(work.get("updated-by"))
    notices += [
        notice
        for notice in objects(work.get("update-to"))
        if as_text(notice.get("DOI")).lower() == own
    ]
    return any(as_text(notice.get("type")).lower() in _RETRACTIONS for notice in notices)

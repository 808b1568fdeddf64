"""Client for arXiv over OAI-PMH: papers with versions and licence, and all changes since a day.

https://info.arxiv.org/help/oa/index.html and
https://www.openarchives.org/OAI/openarchivesprotocol.html. The rate limits are those of arXiv's
search API, and both count together. Thank you to arXiv for use of its open access interoperability.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from lxml import etree

from common.http.client import Answer, Service
from papers.citations.latex_to_unicode import clean_title
from papers.identifiers import PaperId, parse_arxiv_id
from papers.names import display_name
from papers.sources import arxiv, messages
from papers.sources.arxiv_fields import (
    first_day,
    in_order,
    known_categories,
    paragraphs,
    parse_dois,
    parse_version,
    says_withdrawn,
    split_authors,
)
from papers.sources.client import ask, check_status, parse_xml
from papers.sources.json_values import as_address, as_date
from papers.sources.records import (
    Record,
    RecordNotFoundError,
    SourceParseError,
    SourceRefusedError,
    Version,
)

SCHEMES = ("arxiv",)
INSTEAD_OF = "arxiv"  # the same host, limits and facts
NAME = "arXiv (OAI-PMH)"
ADDRESS = "ARXIV_OAI_URL"
SPACING = "arxiv"
EARLIEST = datetime.date(2005, 9, 16)  # the earliest value of `from`
# The only prefix with versions; its authors are one line in TeX.
PREFIX = "arXivRaw"
# A page holds up to 2500 records, which arXiv assembles during the request; a turn lasts two
# minutes at most.
_LIST_SECONDS = 110.0
# Characters that XML 1.0 forbids, literal or as a reference: one of them would lose the whole page.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    r"|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));"
)


class ResumptionTokenExpiredError(SourceRefusedError):
    """The resumption token has expired: start again from the day of the last page."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer to a list request; `token` is "" for the last page.

    `last_on` is the day of the latest change on the page, None for an empty page. `broken` holds
    (identifier, reason) of records that cannot be read.
    """

    records: list[Record]
    deleted: list[str]  # arXiv identifiers
    token: str
    response_on: datetime.date  # the day when arXiv answered
    last_on: datetime.date | None = None
    broken: list[tuple[str, str]] = field(default_factory=list)


def fetch(name: PaperId) -> Record:
    """Return the record of an arXiv identifier, with its versions; raises SourceError."""
    params = {
        "verb": "GetRecord",
        "metadataPrefix": PREFIX,
        "identifier": f"oai:arXiv.org:{name.value}",
    }
    page = _ask(params, query=name.value)
    for record in page.records:
        if record.identifiers[0] == name:
            return record
    if page.broken:
        raise SourceParseError(messages.cannot_be_read("arXiv"))
    raise RecordNotFoundError(messages.knows_no_paper("arXiv", name.value))


def list_records(
    *,
    from_on: datetime.date | None = None,
    until_on: datetime.date | None = None,
    set_spec: str = "",
    token: str = "",
) -> Page:
    """Return one page of the changes between two days in a set such as "cs" or "cs:cs:LG".

    With a token, the page that it refers to is returned; arXiv accepts no other argument then.
    Makes one request. Raises ResumptionTokenExpiredError, SourceUnavailableError with the seconds
    that arXiv asks to wait, and the other SourceErrors.
    """
    params = {"verb": "ListRecords"}
    if token:
        params["resumptionToken"] = token
    else:
        params["metadataPrefix"] = PREFIX
        days = {"from": from_on, "until": until_on}
        params |= {name: day.isoformat() for name, day in days.items() if day}
        params |= {"set": set_spec} if set_spec else {}
    return _ask(params, query="our request", patience_seconds=2 * _LIST_SECONDS)


def _ask(params: dict[str, str], *, query: str, patience_seconds: float | None = None) -> Page:
    service = Service(
        name=NAME,
        base_url=settings.ARXIV_OAI_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["arxiv"],
        shares_turn_with=arxiv.NAME,
        max_bytes=30 * 1024 * 1024,
        read_seconds=100.0,
        total_seconds=_LIST_SECONDS,
    )
    answer = ask(
        service,
        settings.ARXIV_OAI_URL,
        params=params,
        accept="text/xml",
        patience_seconds=patience_seconds,
    )
    check_status(service, answer, query=query)
    return parse_page(service, answer)


def parse_page(service: Service, answer: Answer) -> Page:
    """Return the records of an answer in arXivRaw, arXiv or oai_dc.

    Raises ResumptionTokenExpiredError, RecordNotFoundError, SourceRefusedError with arXiv's
    message, and SourceParseError.
    """
    text = answer.body.decode("utf-8", "replace")  # OAI-PMH allows no other encoding.
    root = parse_xml(service, _FORBIDDEN.sub("", text).encode())
    answered_on = as_date(_text(root, "responseDate"))
    if _local(root) != "OAI-PMH" or answered_on is None:
        raise SourceParseError(messages.cannot_be_read("arXiv"))
    is_empty = _check_errors(root)
    lists = root.xpath("*[local-name() = 'ListRecords' or local-name() = 'GetRecord']")
    if not lists and not is_empty:
        raise SourceParseError(messages.cannot_be_read("arXiv"))
    page = Page(
        records=[],
        deleted=[],
        token=_text(root, "{*}ListRecords/{*}resumptionToken"),
        response_on=answered_on,
        last_on=max(filter(None, map(_day_of, root.iterfind(".//{*}header"))), default=None),
    )
    for entry in (entry for part in lists for entry in part.iterfind("{*}record")):
        _sort_in(page, entry)
    return page


def _check_errors(root: etree._Element) -> bool:
    """Return whether arXiv reports that nothing matches; raises for all other errors."""
    is_empty = False
    for error in root.iterfind("{*}error"):
        code, message = error.get("code", ""), " ".join((error.text or "").split())[:300]
        if code == "noRecordsMatch":
            is_empty = True
            continue
        if code == "badResumptionToken":
            raise ResumptionTokenExpiredError(f"arXiv says: {message}")
        if code == "idDoesNotExist":
            raise RecordNotFoundError("arXiv has no paper with this identifier.")
        raise SourceRefusedError(f"arXiv says: {message or code}")
    return is_empty


def _day_of(header: etree._Element) -> datetime.date | None:
    return as_date(_text(header, "datestamp"))


def _sort_in(page: Page, entry: etree._Element) -> None:
    header = entry.find("{*}header")
    oai_identifier = _text(header, "identifier") if header is not None else ""
    try:
        if header is not None and header.get("status") == "deleted":
            page.deleted.append(parse_arxiv_id(oai_identifier)[0])
        else:
            page.records.append(_record(entry, oai_identifier))
    except ValueError as error:
        page.broken.append((oai_identifier or "a record without an identifier", str(error)))


def _record(entry: etree._Element, oai_identifier: str) -> Record:
    """Return the record of an entry.

    Raises ValueError for a record without metadata, identifier or title.
    """
    metadata = entry.find("{*}metadata/*")
    if metadata is None:
        raise ValueError("it has no metadata")
    readers = {"arXivRaw": _raw, "arXiv": _structured, "dc": _dublin_core}
    if _local(metadata) not in readers:
        raise ValueError(f"its format is {_local(metadata)!r}, which is not supported")
    arxiv_id = parse_arxiv_id(_text(metadata, "id") or oai_identifier)[0]
    facts = readers[_local(metadata)](metadata, arxiv_id)
    if not facts["title"]:
        raise ValueError("it has no title")
    return Record(
        source="arxiv-oai",
        venue="arXiv",
        venue_kind="preprint",
        kind="misc",
        url=f"https://arxiv.org/abs/{arxiv_id}",
        **facts,
    )


def _raw(node: etree._Element, arxiv_id: str) -> dict[str, Any]:
    versions = in_order(map(_version, node.iterfind("{*}version")))
    year, day = first_day(arxiv_id, versions)
    facts = _common(node, arxiv_id)
    return {
        **facts,
        "authors": split_authors(_text(node, "authors")),
        "year": year,
        "published_on": day,
        "arxiv_version": versions[-1].number if versions else None,
        "versions": versions,
        "is_withdrawn": facts["is_withdrawn"] or bool(versions and versions[-1].is_withdrawn),
    }


def _version(node: etree._Element) -> Version | None:
    """Return a version; one without text, of type I or of size 0, is a withdrawal."""
    is_empty = bool(re.fullmatch(r"0+\s*(?:kb|b)?", _text(node, "size"), re.IGNORECASE))
    return parse_version(
        node.get("version", ""),
        _text(node, "date"),
        is_withdrawn=is_empty or "I" in _text(node, "source_type"),
    )


def _structured(node: etree._Element, arxiv_id: str) -> dict[str, Any]:
    year, day = first_day(arxiv_id, (), as_date(_text(node, "created")))
    people = (_person(author) for author in node.iterfind("{*}authors/{*}author"))
    return {
        **_common(node, arxiv_id),
        "authors": tuple(filter(None, people)),
        "year": year,
        "published_on": day,
    }


def _person(author: etree._Element) -> str:
    """Return the name of an author, "" for the ":" between a collaboration and its members.

    A person may have several family names.
    """
    parts = [
        " ".join((part.text or "").split())
        for name in ("forenames", "keyname", "suffix")
        for part in author.iterfind(f"{{*}}{name}")
    ]
    name = display_name(" ".join(filter(None, parts)))
    return name if re.search(r"[^\W\d_]", name) else ""


def _common(node: etree._Element, arxiv_id: str) -> dict[str, Any]:
    abstract = paragraphs(node.findtext("{*}abstract") or "")
    licence = as_address(_text(node, "license"))
    return {
        "title": clean_title(_text(node, "title")),
        "abstract": abstract,
        "identifiers": (PaperId("arxiv", arxiv_id), *parse_dois(_text(node, "doi"))),
        "categories": known_categories(_text(node, "categories").split()),
        "licence": licence if len(licence) <= 200 else "",
        "is_withdrawn": says_withdrawn(_text(node, "comments"), abstract),
    }


def _dublin_core(node: etree._Element, arxiv_id: str) -> dict[str, Any]:
    """Return the fields of a record in oai_dc, where categories are words.

    Comments are the second description, "Comment: …" in older answers.
    """
    descriptions = [part.text or "" for part in node.iterfind("{*}description")]
    abstract, comments, *_ = [*descriptions, "", ""]
    identifiers = " ".join(_all(node, "identifier"))
    days = sorted(filter(None, map(as_date, _all(node, "date"))))
    year, day = first_day(arxiv_id, (), days[0] if days else None)
    comment = re.sub(r"\AComment:\s*", "", " ".join(comments.split()))
    licences = filter(None, map(as_address, _all(node, "rights")))
    return {
        "title": clean_title(_text(node, "title")),
        "authors": tuple(filter(None, map(display_name, _all(node, "creator")))),
        "abstract": paragraphs(abstract),
        "identifiers": (
            PaperId("arxiv", arxiv_id),
            *parse_dois(" ".join(re.findall(r"\bdoi:(\S+)", identifiers))),
        ),
        "year": year,
        "published_on": day,
        "licence": next((address for address in licences if len(address) <= 200), ""),
        "is_withdrawn": says_withdrawn(comment, paragraphs(abstract)),
    }


def _local(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _all(node: etree._Element, name: str) -> Iterable[str]:
    return [" ".join((part.text or "").split()) for part in node.iterfind(f"{{*}}{name}")]


def _text(node: etree._Element, path: str) -> str:
    """Return the text of the first matching child, on one line."""
    child = node.find(path if path.startswith("{*}") else f"{{*}}{path}")
    return "" if child is None else " ".join("".join(child.itertext()).split())

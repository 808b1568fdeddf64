"""arXiv over OAI-PMH: single papers with their versions and licence, and everything since a day.

https://info.arxiv.org/help/oa/index.html and
https://www.openarchives.org/OAI/openarchivesprotocol.html. The limits are those of arXiv's search
interface, and both count together. Thank you to arXiv for use of its open access interoperability.
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
EARLIEST = datetime.date(2005, 9, 16)  # the first day that `from` may tell
# The only prefix that tells versions; its authors are one line in TeX.
PREFIX = "arXivRaw"
# A page holds up to 2500 records and is put together while we wait.
# A turn lasts two minutes at most.
_LIST_SECONDS = 110.0
# What XML 1.0 forbids, as it is and as a reference: one such letter would cost the whole page.
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    r"|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));"
)


class ResumptionTokenExpiredError(SourceRefusedError):
    """The resumption token is no longer good: begin again with the day of the last page."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer to a list request. `token` is "" for the last one.

    `last_on` is the day of the latest change on the page, None for an empty one; `broken` tells
    (identifier, reason) of the records that cannot be read.
    """

    records: list[Record]
    deleted: list[str]  # arXiv identifiers
    token: str
    response_on: datetime.date  # the day when arXiv answered
    last_on: datetime.date | None = None
    broken: list[tuple[str, str]] = field(default_factory=list)


def fetch(name: PaperId) -> Record:
    params = {
        "verb": "GetRecord",
        "metadataPrefix": PREFIX,
        "identifier": f"oai:arXiv.org:{name.value}",
    }
    page = _ask(params, asked_for=name.value)
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
    """One page of what changed from a day to a day, in a set such as "cs" or "cs:cs:LG"; one call.

    With a token, the page that it stands for: arXiv then takes nothing else. Raises ResumptionTokenExpiredError,
    SourceUnavailableError with the seconds that arXiv asks to wait, and the other SourceErrors.
    """
    params = {"verb": "ListRecords"}
    if token:
        params["resumptionToken"] = token
    else:
        params["metadataPrefix"] = PREFIX
        days = {"from": from_on, "until": until_on}
        params |= {name: day.isoformat() for name, day in days.items() if day}
        params |= {"set": set_spec} if set_spec else {}
    return _ask(params, asked_for="our question", patience_seconds=2 * _LIST_SECONDS)


def _ask(params: dict[str, str], *, asked_for: str, patience_seconds: float | None = None) -> Page:
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
    check_status(service, answer, asked_for=asked_for)
    return parse_page(service, answer)


def parse_page(service: Service, answer: Answer) -> Page:
    """The records of an answer in arXivRaw, arXiv or oai_dc, or what it says is wrong.

    Raises ResumptionTokenExpiredError, RecordNotFoundError, SourceRefusedError in arXiv's words, SourceParseError.
    """
    text = answer.body.decode("utf-8", "replace")  # OAI-PMH knows no other encoding.
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
    """True when arXiv says that nothing fits the question; raises for all other errors."""
    is_empty = False
    for error in root.iterfind("{*}error"):
        code, words = error.get("code", ""), " ".join((error.text or "").split())[:300]
        if code == "noRecordsMatch":
            is_empty = True
            continue
        if code == "badResumptionToken":
            raise ResumptionTokenExpiredError(f"arXiv says: {words}")
        if code == "idDoesNotExist":
            raise RecordNotFoundError("arXiv knows no paper under this identifier.")
        raise SourceRefusedError(f"arXiv says: {words or code}")
    return is_empty


def _day_of(header: etree._Element) -> datetime.date | None:
    return as_date(_text(header, "datestamp"))


def _sort_in(page: Page, entry: etree._Element) -> None:
    header = entry.find("{*}header")
    told = _text(header, "identifier") if header is not None else ""
    try:
        if header is not None and header.get("status") == "deleted":
            page.deleted.append(parse_arxiv_id(told)[0])
        else:
            page.records.append(_record(entry, told))
    except ValueError as error:
        page.broken.append((told or "a record without identifier", str(error)))


def _record(entry: etree._Element, told: str) -> Record:
    """Raises ValueError for a record without metadata, identifier or title."""
    metadata = entry.find("{*}metadata/*")
    if metadata is None:
        raise ValueError("it has no metadata")
    readers = {"arXivRaw": _raw, "arXiv": _structured, "dc": _dublin_core}
    if _local(metadata) not in readers:
        raise ValueError(f"it is told as {_local(metadata)!r}, which we cannot read")
    arxiv_id = parse_arxiv_id(_text(metadata, "id") or told)[0]
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
    """A version without text is how a paper is taken back: of type I, or of no size."""
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
    """A person may have several family names; ":" stands between a collaboration and its people."""
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
    """Comments are a second description, "Comment: …" in older answers; categories are words."""
    told = [part.text or "" for part in node.iterfind("{*}description")]
    abstract, comments, *_ = [*told, "", ""]
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
    """All letters of the first such child, on one line."""
    found = node.find(path if path.startswith("{*}") else f"{{*}}{path}")
    return "" if found is None else " ".join("".join(found.itertext()).split())

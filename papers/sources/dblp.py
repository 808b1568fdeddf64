"""Client for DBLP: records by key, search, and its XML files, one of which holds all of DBLP.

https://dblp.org/faq/13501473.html (search), https://dblp.org/xml/docu/dblpxml.pdf (XML).
"""

import dataclasses
import io
import re
from collections.abc import Iterator
from html import unescape
from html.entities import name2codepoint
from typing import Any, BinaryIO
from urllib.parse import quote

from django.conf import settings
from lxml import etree

from common.http.client import Answer, Service
from papers.citations.bibtex_fields import record_from_fields
from papers.identifiers import PaperId, parse_identifier
from papers.sources import messages
from papers.sources.client import ask, check_status, read_json
from papers.sources.json_values import as_address, as_list, as_object, as_text, objects, printable
from papers.sources.records import Record, RecordNotFoundError, SourceParseError

SCHEMES = ("dblp",)
NAME = "DBLP"
ADDRESS = "DBLP_URL"
HITS = 20
_PAPERS = {
    *("article", "inproceedings", "incollection", "book", "phdthesis", "mastersthesis"),
}
# The other elements of a file: volumes, people, data sets. They are skipped and freed.
_OTHERS = {"proceedings", "www", "person", "data"}
_ROOTS = {"dblp", "bht", "dblpperson", *_PAPERS, *_OTHERS}
_TYPES = {  # type in the search: BibTeX entry type
    "Journal Articles": "article",
    "Conference and Workshop Papers": "inproceedings",
    "Parts in Books or Collections": "incollection",
    "Books and Theses": "book",
}
_CHUNK_BYTES = 64 * 1024
# The longest record has a few thousand authors; a file without a record for so long is not DBLP's.
_MAX_RECORD_BYTES = 16 * 1024 * 1024
# Volumes to remember for papers that may follow.
_MAX_VOLUMES = 5000
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{0,31});")
_OWN_ENTITIES = {b"amp", b"lt", b"gt", b"quot", b"apos"}  # defined by XML
_GARBLED = "This is not an XML file from DBLP, or it is damaged."


def fetch(name: PaperId) -> Record:
    """Return the record of a DBLP key; raises SourceError."""
    url = f"{settings.DBLP_URL}/rec/{quote(name.value, safe='/')}.xml"
    service = _service()
    answer = ask(service, url, accept="application/xml")
    check_status(service, answer, query=name.value)
    for record in records_of_xml(io.BytesIO(answer.body)):
        return record
    raise RecordNotFoundError(messages.knows_no_paper("DBLP", name.value))


def search(query: str) -> list[Record]:
    """Return up to twenty papers for words of titles and authors."""
    terms = re.findall(r"\w+", query)[:20]
    if not terms:
        return []
    service = _service()
    params = {"q": " ".join(terms), "format": "json", "h": str(HITS), "f": "0", "c": "0"}
    answer = ask(service, f"{settings.DBLP_URL}/search/publ/api", params=params)
    check_status(service, answer, query=query)
    return parse_hits(service, answer)


def _service() -> Service:
    return Service(
        name=NAME,
        base_url=settings.DBLP_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["dblp"],
    )


def parse_hits(service: Service, answer: Answer) -> list[Record]:
    """Return the records of {"result": {"hits": {"hit": [{"info": {…}}]}}}.

    Without hits, "hit" is missing. Raises SourceParseError.
    """
    result = read_json(service, answer).get("result")
    if not isinstance(result, dict):
        raise SourceParseError(messages.cannot_be_read("DBLP"))
    hits = objects(as_object(result.get("hits")).get("hit"))
    records = (_record_of_hit(as_object(hit.get("info"))) for hit in hits)
    return [record for record in records if record is not None]


def _record_of_hit(info: dict[str, Any]) -> Record | None:
    """Return the record of a hit, or None for a volume and for a hit without a title."""
    publication_type = as_text(info.get("type"))
    if publication_type == "Editorship":
        return None
    kind = _TYPES.get(publication_type, "misc")
    people = as_list(as_object(info.get("authors")).get("author"))
    names = (
        as_text(person.get("text") if isinstance(person, dict) else person) for person in people
    )
    fields = {
        name: unescape(as_text(info.get(name)))
        for name in ("title", "year", "volume", "number", "pages", "publisher", "doi")
    }
    venue_field = "booktitle" if kind in {"inproceedings", "incollection"} else "journal"
    fields[venue_field] = unescape(as_text(info.get("venue")))
    return _record(
        {name: value for name, value in fields.items() if value},
        kind=kind,
        key=as_text(info.get("key")),
        authors=[unescape(name) for name in names if name],
        links=[as_text(link) for link in as_list(info.get("ee"))],
    )


def _record(
    fields: dict[str, str], *, kind: str, key: str, authors: list[str], links: list[str]
) -> Record | None:
    addresses = list(filter(None, map(as_address, links)))
    known = [name for name in map(parse_identifier, addresses) if name]
    best = [
        address
        for address in addresses
        if "doi" in address.split("/")[2].lower() or "arxiv.org/" in address
    ]
    fields = {
        **fields,
        # Braces, because a group such as "The Sales and Marketing Team" is one author.
        "author": " and ".join(f"{{{name}}}" if " and " in name else name for name in authors),
        "ee": next(iter(best or addresses), ""),
    }
    try:
        record = record_from_fields(fields, kind=kind, key=key, source="dblp")
    except ValueError:
        return None
    extra_names = [
        name for name in known if name.scheme in {"arxiv", "openreview", "acl", "pmid", "pmc"}
    ]
    extra_names += [
        name
        for name, address in zip(map(parse_identifier, best), best, strict=True)
        if name and name.scheme == "doi" and address
    ]
    return dataclasses.replace(
        record,
        identifiers=tuple(dict.fromkeys((*record.identifiers, *extra_names))),
        url=next((address for address in addresses), ""),
    )


def records_of_xml(stream: BinaryIO) -> Iterator[Record]:
    """Yield the papers of a file one by one: of a dump, a page of a conference, or a record.

    The DTD is not read; named entities such as &uuml; are those of HTML. The memory needed does not
    grow with the file. Raises SourceParseError for a damaged file, after the papers before the
    damage.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[*_PAPERS, *_OTHERS],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    volumes: dict[str, dict[str, str]] = {}
    is_first, unread = True, 0
    for chunk in _plain_chunks(stream):
        problem = _feed(parser, chunk)
        unread += len(chunk)
        for _, node in parser.read_events():
            if is_first and node.getroottree().getroot().tag not in _ROOTS:
                raise SourceParseError(_GARBLED)
            is_first, unread = False, 0
            if node.tag in _PAPERS:
                record = _record_of_node(node, volumes)
                if record is not None:
                    yield record
            elif node.tag == "proceedings":
                _keep_volume(node, volumes)
            _free(node)
        if problem or unread > _MAX_RECORD_BYTES:
            raise SourceParseError(_GARBLED) from problem
    try:
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise SourceParseError(_GARBLED) from error
    if root.tag not in _ROOTS:
        raise SourceParseError(_GARBLED)


def _feed(parser: etree.XMLPullParser, chunk: bytes) -> etree.XMLSyntaxError | None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        return error
    return None


def _plain_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the file with numeric instead of named entities, so that none is left to resolve."""
    tail, is_head = b"", True
    while chunk := stream.read(_CHUNK_BYTES):
        data = tail + chunk
        if is_head and b"<!ENTITY" in data:
            raise SourceParseError(_GARBLED)
        is_head = False
        cut = data.rfind(b"&", max(len(data) - 40, 0))
        cut = cut if cut >= 0 and b";" not in data[cut:] else len(data)
        data, tail = data[:cut], data[cut:]
        yield _ENTITY.sub(_numbered, data)
    if tail:
        yield tail


def _numbered(match: re.Match[bytes]) -> bytes:
    """Return "&uuml;" as "&#252;"; an unknown entity becomes text."""
    if match[1] in _OWN_ENTITIES:
        return match[0]
    code = name2codepoint.get(match[1].decode())
    return b"&#%d;" % code if code else b"&amp;%s;" % match[1]


def _free(node: etree._Element) -> None:
    """Free a record and everything before it."""
    node.clear()
    parent = node.getparent()
    while parent is not None:
        while node.getprevious() is not None:
            del parent[0]
        node, parent = parent, parent.getparent()


def _record_of_node(node: etree._Element, volumes: dict[str, dict[str, str]]) -> Record | None:
    names = ("title", "year", "volume", "number", "pages", "publisher", "month", "isbn")
    fields = {name: _text(node, name) for name in (*names, "journal", "booktitle", "school")}
    volume = volumes.get(_text(node, "crossref"), {})
    fields = {name: value for name, value in fields.items() if value}
    record = _record(
        {**volume, **fields},
        kind=str(node.tag),
        key=node.get("key", ""),
        authors=_all(node, "author") or _all(node, "editor"),
        links=_all(node, "ee"),
    )
    if record is None or node.get("publtype") != "withdrawn":
        return record
    return dataclasses.replace(record, is_withdrawn=True)


def _keep_volume(node: etree._Element, volumes: dict[str, dict[str, str]]) -> None:
    """Remember what the papers of a volume leave out: publisher, perhaps name and year."""
    fields = {
        "publisher": _text(node, "publisher"),
        "booktitle": _text(node, "booktitle") or _text(node, "title").rstrip("."),
        "year": _text(node, "year"),
    }
    volumes[node.get("key", "")] = {name: value for name, value in fields.items() if value}
    if len(volumes) > _MAX_VOLUMES:
        del volumes[next(iter(volumes))]


def _text(node: etree._Element, name: str) -> str:
    return next(iter(_all(node, name)), "")


def _all(node: etree._Element, name: str) -> list[str]:
    """Return the text of the children with this name, without tags such as <i> in titles."""
    texts = (" ".join(printable("".join(part.itertext())).split()) for part in node.iterfind(name))
    return [text for text in texts if text]

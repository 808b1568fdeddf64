"""Client for BibSonomy: its REST API with a key, the exports of its public pages without one.

https://bitbucket.org/bibsonomy/bibsonomy/wiki/documentation/api/REST%20API. Both answer in JSON,
each in its own shape; the fields of a publication are those of BibTeX.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings

from common.http.client import Answer, Service
from papers.citations import bibtex_fields, bibtex_reader
from papers.identifiers import PaperId
from papers.sources import messages
from papers.sources.client import ask, check_status, parse_xml, read_json
from papers.sources.json_values import as_address, as_list, as_object, as_text, objects
from papers.sources.records import Record, RecordNotFoundError, SourceParseError, SourceRefusedError

SCHEMES = ("bibsonomy", "dblp", "key")
NAME = "BibSonomy"
ADDRESS = "BIBSONOMY_URL"
HITS = 20
_CODE = {"code", "source code", "implementation", "github"}
_DATA = {"data", "dataset", "data set"}


def fetch(name: PaperId) -> Record:
    """Return the record of an interhash, of one person's post, or of a citation key.

    An interhash has 32 hexadecimal digits, a post a "2" before them. Raises SourceError.
    """
    records = _by_hash(name.value) if name.scheme == "bibsonomy" else _by_key(name.value)
    if not records:
        raise RecordNotFoundError(messages.knows_no_paper("BibSonomy", name.value))
    return records[0]


def search(query: str) -> list[Record]:
    """Return up to twenty papers; the posts of several people about one paper are merged."""
    query = " ".join(query.split())[:300]
    if not query:
        return []
    if settings.BIBSONOMY_API_KEY:
        records = _rest({"search": query}, query)
    else:
        records = _export(f"search/{quote(query, safe='')}", query)
    return list({_work(record): record for record in reversed(records)}.values())[::-1]


def _by_hash(value: str) -> list[Record]:
    marked = value if value.startswith("2") and len(value) == 33 else f"1{value}"
    if settings.BIBSONOMY_API_KEY:
        return _rest({"resource": marked}, value)
    return _export(f"bibtex/{marked}", value)


def _by_key(key: str) -> list[Record]:
    if settings.BIBSONOMY_API_KEY:
        hits = _rest({"search": f"bibtexkey:{key}"}, key)
    else:
        hits = _export(f"bibtexkey/{quote(key, safe='')}", key)
    return [record for record in hits if PaperId("dblp", key) in record.identifiers] or [
        record for record in hits if any(name.value == key for name in record.identifiers)
    ]


def _service() -> Service:
    auth = (settings.BIBSONOMY_USER, settings.BIBSONOMY_API_KEY)
    return Service(
        name=NAME,
        base_url=settings.BIBSONOMY_URL,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["bibsonomy"],
        auth=auth if settings.BIBSONOMY_API_KEY else None,
    )


def _rest(params: dict[str, str], query: str) -> list[Record]:
    params = {"resourcetype": "bibtex", "start": "0", "end": str(HITS), "format": "json", **params}
    service = _service()
    answer = ask(service, f"{settings.BIBSONOMY_URL}/api/posts", params=params)
    if answer.status == 404:
        return []
    if answer.status == 400:  # The body contains the message.
        return parse_rest(service, answer)
    check_status(service, answer, query=query)
    return parse_rest(service, answer)


def _export(path: str, query: str) -> list[Record]:
    """Fetch a page as JSON, or as BibTeX when the JSON cannot be read.

    BibSonomy generates the two formats with different programs.
    """
    try:
        return _exported("json", path, query, parse_export)
    except SourceParseError:
        return _exported("bib", path, query, parse_bibtex)


def _exported(
    export_format: str, path: str, query: str, parse: Callable[[Service, Answer], list[Record]]
) -> list[Record]:
    service = _service()
    answer = ask(
        service, f"{settings.BIBSONOMY_URL}/{export_format}/{path}", params={"items": str(HITS)}
    )
    if answer.status == 404:
        return []
    check_status(service, answer, query=query)
    return parse(service, answer)


def parse_rest(service: Service, answer: Answer) -> list[Record]:
    """Return the records of {"posts": {"post": [{"bibtex": {…}}]}}, or of the same in XML.

    Without hits, "post" is missing. Raises SourceRefusedError with the service's message when it
    reports an error, and SourceParseError.
    """
    if answer.body.lstrip()[:1] == b"<":
        return _records(_publications(service, answer))
    payload = read_json(service, answer)
    if payload.get("stat") == "fail" or "error" in payload:
        raise SourceRefusedError(
            messages.service_message("BibSonomy", as_text(payload.get("error"))[:200])
        )
    posts = objects(as_object(payload.get("posts")).get("post"))
    return _records(as_object(post.get("bibtex")) for post in posts)


def _publications(service: Service, answer: Answer) -> list[dict[str, Any]]:
    """Return the publications of an XML answer in the shape of JSON; fields are attributes."""
    root = parse_xml(service, answer.body)
    if root.tag != "bibsonomy":
        raise SourceParseError(messages.cannot_be_read("BibSonomy"))
    if root.get("stat") == "fail" or root.find("error") is not None:
        raise SourceRefusedError(
            messages.service_message("BibSonomy", as_text(root.findtext("error"))[:200])
        )
    return [
        {
            **node.attrib,
            "extraurls": {"url": [dict(link.attrib) for link in node.iterfind("extraurls/url")]},
        }
        for node in root.iter("bibtex")
    ]


def parse_export(service: Service, answer: Answer) -> list[Record]:
    """Return the records of {"items": [{"type": "Publication", "label": title, …}]}.

    Bookmarks among the items are left out. Raises SourceParseError.
    """
    items = objects(read_json(service, answer).get("items"))
    return _records(_from_export(item) for item in items if item.get("type") == "Publication")


def parse_bibtex(service: Service, answer: Answer) -> list[Record]:
    """Return the records of a BibTeX export; raises SourceParseError for an HTML page."""
    entries = list(bibtex_reader.read_bibtex(answer.body))
    records = [entry.record for entry in entries if isinstance(entry, bibtex_reader.Entry)]
    if not records and answer.body.lstrip()[:1] == b"<":
        raise SourceParseError(messages.cannot_be_read("BibSonomy"))
    return [dataclasses.replace(record, source="bibsonomy") for record in records]


def _records(publications: Iterable[dict[str, Any]]) -> list[Record]:
    """Return the records of publications, without those that cannot be read.

    A person's mistake in one post must not hide the others.
    """
    records = []
    for publication in publications:
        try:
            records.append(_record(publication))
        except ValueError:
            continue
    return records


def _record(publication: dict[str, Any]) -> Record:
    links = objects(as_object(publication.get("extraurls")).get("url"))
    fields = {name.lower(): _text(value) for name, value in publication.items()}
    fields = {**parse_misc(fields.pop("misc", "")), **fields}
    key = " ".join(fields.pop("bibtexkey", "").split())
    kind = fields.pop("entrytype", "") or "misc"
    record = bibtex_fields.record_from_fields(
        fields, kind=kind.lower(), key=key, source="bibsonomy"
    )
    return dataclasses.replace(
        record, code_url=_linked(links, _CODE), data_url=_linked(links, _DATA)
    )


def _linked(links: list[dict[str, Any]], titles: set[str]) -> str:
    """Return the address of the first link with one of the titles, or ""."""
    matching = (link for link in links if as_text(link.get("title")).lower() in titles)
    return next(filter(None, (as_address(link.get("href")) for link in matching)), "")


def _from_export(item: dict[str, Any]) -> dict[str, Any]:
    names = {"pub-type": "entrytype", "label": "title", "interHash": "interhash"}
    publication = {names.get(name, name): value for name, value in item.items()}
    publication["author"] = " and ".join(_people(item, "author") or _people(item, "editor"))
    # "date" and "id" are the time and address of the post, not of the paper.
    return {
        name: value
        for name, value in publication.items()
        if name not in {"date", "id", "authors", "tags"}
    }


def _people(item: dict[str, Any], role: str) -> list[str]:
    """Return the names of [{"first": …, "last": …}], or else of ["Fisher Yu"].

    Only the first form says where a family name begins.
    """
    people = objects(item.get(f"{role}s"))
    joined = (f"{as_text(person.get('last'))}, {as_text(person.get('first'))}" for person in people)
    names = [name.strip(", ") for name in joined]
    return [name for name in names if name] or list(
        filter(None, map(as_text, as_list(item.get(role))))
    )


def parse_misc(misc: str) -> dict[str, str]:
    """Return the fields in BibTeX's "misc", with braces counted, as values may contain them.

    "ee = {http://…}, isbn = {…}" gives {"ee": "http://…", "isbn": "…"}.
    """
    fields: dict[str, str] = {}
    position = 0
    while match := re.compile(r"([\w-]+)\s*=\s*\{").search(misc, position):
        depth, end = 1, match.end()
        while end < len(misc) and depth:
            depth += {"{": 1, "}": -1}.get(misc[end], 0)
            end += 1
        fields[match[1].lower()] = misc[match.end() : end - 1]
        position = end
    return fields


def _work(record: Record) -> str:
    hashes = [name.value for name in record.identifiers if name.scheme == "bibsonomy"]
    return hashes[0] if hashes else record.title.casefold()


def _text(value: object) -> str:
    """Return a string unchanged, since line breaks separate the paragraphs of an abstract."""
    return value if isinstance(value, str) else as_text(value)

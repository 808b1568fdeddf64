"""BibSonomy: the REST interface with a key, the public page exports without one.

https://bitbucket.org/bibsonomy/bibsonomy/wiki/documentation/api/REST%20API. Both answer in JSON,
each in a shape of its own; the fields of a publication are those of BibTeX.
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
    """By interhash (32 digits), by one person's post ("2" before them), or by citation key."""
    records = _by_hash(name.value) if name.scheme == "bibsonomy" else _by_key(name.value)
    if not records:
        raise RecordNotFoundError(messages.knows_no_paper("BibSonomy", name.value))
    return records[0]


def search(query: str) -> list[Record]:
    """Up to twenty papers; the posts of several people on one paper are one."""
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


def _rest(params: dict[str, str], asked_for: str) -> list[Record]:
    params = {"resourcetype": "bibtex", "start": "0", "end": str(HITS), "format": "json", **params}
    service = _service()
    answer = ask(service, f"{settings.BIBSONOMY_URL}/api/posts", params=params)
    if answer.status == 404:
        return []
    if answer.status == 400:  # The body says in words what is wrong.
        return parse_rest(service, answer)
    check_status(service, answer, asked_for=asked_for)
    return parse_rest(service, answer)


def _export(path: str, asked_for: str) -> list[Record]:
    """As JSON, and as BibTeX when that cannot be read: the two are made by different programs."""
    try:
        return _exported("json", path, asked_for, parse_export)
    except SourceParseError:
        return _exported("bib", path, asked_for, parse_bibtex)


def _exported(
    form: str, path: str, asked_for: str, parse: Callable[[Service, Answer], list[Record]]
) -> list[Record]:
    service = _service()
    answer = ask(service, f"{settings.BIBSONOMY_URL}/{form}/{path}", params={"items": str(HITS)})
    if answer.status == 404:
        return []
    check_status(service, answer, asked_for=asked_for)
    return parse(service, answer)


def parse_rest(service: Service, answer: Answer) -> list[Record]:
    """{"posts": {"post": [{"bibtex": {…}}]}}, or the same in XML; without hits "post" is missing.

    Raises SourceRefusedError with the service's own words when it says that something is wrong.
    """
    if answer.body.lstrip()[:1] == b"<":
        return _records(_publications(service, answer))
    told = read_json(service, answer)
    if told.get("stat") == "fail" or "error" in told:
        raise SourceRefusedError(messages.says("BibSonomy", as_text(told.get("error"))[:200]))
    posts = objects(as_object(told.get("posts")).get("post"))
    return _records(as_object(post.get("bibtex")) for post in posts)


def _publications(service: Service, answer: Answer) -> list[dict[str, Any]]:
    """The publications of an XML answer in the shape of the JSON one; fields are attributes."""
    root = parse_xml(service, answer.body)
    if root.tag != "bibsonomy":
        raise SourceParseError(messages.cannot_be_read("BibSonomy"))
    if root.get("stat") == "fail" or root.find("error") is not None:
        raise SourceRefusedError(messages.says("BibSonomy", as_text(root.findtext("error"))[:200]))
    return [
        {
            **node.attrib,
            "extraurls": {"url": [dict(link.attrib) for link in node.iterfind("extraurls/url")]},
        }
        for node in root.iter("bibtex")
    ]


def parse_export(service: Service, answer: Answer) -> list[Record]:
    """{"items": [{"type": "Publication", "label": title, …}]}, bookmarks among them."""
    items = objects(read_json(service, answer).get("items"))
    return _records(_from_export(item) for item in items if item.get("type") == "Publication")


def parse_bibtex(service: Service, answer: Answer) -> list[Record]:
    """The entries of a BibTeX export; raises SourceParseError for a page without any."""
    entries = list(bibtex_reader.read_bibtex(answer.body))
    records = [entry.record for entry in entries if isinstance(entry, bibtex_reader.Entry)]
    if not records and answer.body.lstrip()[:1] == b"<":
        raise SourceParseError(messages.cannot_be_read("BibSonomy"))
    return [dataclasses.replace(record, source="bibsonomy") for record in records]


def _records(publications: Iterable[dict[str, Any]]) -> list[Record]:
    """Posts that cannot be read are left out: one person's slip is no reason to show nothing."""
    records = []
    for publication in publications:
        try:
            records.append(_record(publication))
        except ValueError:
            continue
    return records


def _record(told: dict[str, Any]) -> Record:
    links = objects(as_object(told.get("extraurls")).get("url"))
    fields = {name.lower(): _text(value) for name, value in told.items()}
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
    """The address of the first link that people called so."""
    wanted = (link for link in links if as_text(link.get("title")).lower() in titles)
    return next(filter(None, (as_address(link.get("href")) for link in wanted)), "")


def _from_export(item: dict[str, Any]) -> dict[str, Any]:
    names = {"pub-type": "entrytype", "label": "title", "interHash": "interhash"}
    told = {names.get(name, name): value for name, value in item.items()}
    told["author"] = " and ".join(_people(item, "author") or _people(item, "editor"))
    # "date" is when the post was made, and "id" its address; neither is the paper's.
    return {
        name: value for name, value in told.items() if name not in {"date", "id", "authors", "tags"}
    }


def _people(item: dict[str, Any], role: str) -> list[str]:
    """[{"first": …, "last": …}] tells where a family name begins, ["Fisher Yu"] does not."""
    people = objects(item.get(f"{role}s"))
    names = (f"{as_text(one.get('last'))}, {as_text(one.get('first'))}" for one in people)
    told = [name.strip(", ") for name in names]
    return [name for name in told if name] or list(
        filter(None, map(as_text, as_list(item.get(role))))
    )


def parse_misc(misc: str) -> dict[str, str]:
    """ "  ee = {http://…},\\n  isbn = {…}" gives {"ee": "http://…", "isbn": "…"}.

    Values may hold braces, commas and line ends, so braces are counted.
    """
    fields: dict[str, str] = {}
    position = 0
    while found := re.compile(r"([\w-]+)\s*=\s*\{").search(misc, position):
        depth, end = 1, found.end()
        while end < len(misc) and depth:
            depth += {"{": 1, "}": -1}.get(misc[end], 0)
            end += 1
        fields[found[1].lower()] = misc[found.end() : end - 1]
        position = end
    return fields


def _work(record: Record) -> str:
    hashes = [name.value for name in record.identifiers if name.scheme == "bibsonomy"]
    return hashes[0] if hashes else record.title.casefold()


def _text(value: object) -> str:
    """Line ends stay: they part the paragraphs of an abstract."""
    return value if isinstance(value, str) else as_text(value)

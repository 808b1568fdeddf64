"""BibSonomy: the REST interface with a key, the public page exports without one.

https://bitbucket.org/bibsonomy/bibsonomy/wiki/documentation/api/REST%20API. Both answer in JSON,
each in a shape of its own; the fields of a publication are those of BibTeX.
"""

import json
import re
from urllib.parse import quote

from django.conf import settings

from papers.bibtex_fields import record_from_fields
from papers.identifiers import Name
from papers.sources.asking import ask, check_status
from papers.sources.records import Record, RecordNotFound, SourceGarbled
from shortscience.lib.http import Answer, Service

SCHEMES = ("bibsonomy", "dblp", "key")
NAME = "BibSonomy"
HITS = 20


def fetch(name: Name) -> Record:
    """By interhash (32 digits), by one person's post ("2" before them), or by citation key."""
    records = _by_hash(name.value) if name.scheme == "bibsonomy" else _by_key(name.value)
    if not records:
        raise RecordNotFound(f"BibSonomy knows no paper {name.value}.")
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
    return [record for record in hits if Name("dblp", key) in record.identifiers] or [
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
    check_status(service, answer, asked_for=asked_for)
    return parse_rest(answer)


def _export(path: str, asked_for: str) -> list[Record]:
    service = _service()
    answer = ask(service, f"{settings.BIBSONOMY_URL}/json/{path}", params={"items": str(HITS)})
    if answer.status == 404:
        return []
    check_status(service, answer, asked_for=asked_for)
    return parse_export(answer)


def parse_rest(answer: Answer) -> list[Record]:
    """{"posts": {"post": [{"bibtex": {…}}]}}; without hits "post" is missing."""
    posts = _object(_json(answer).get("posts")).get("post", [])
    return _records(_object(post).get("bibtex") for post in _list(posts))


def parse_export(answer: Answer) -> list[Record]:
    """{"items": [{"type": "Publication", "label": title, …}]}, bookmarks among them."""
    items = _list(_json(answer).get("items", []))
    return _records(
        _from_export(item) for item in map(_object, items) if item.get("type") == "Publication"
    )


def _records(publications) -> list[Record]:
    """Posts that cannot be read are left out: one person's slip is no reason to show nothing."""
    records = []
    for publication in publications:
        try:
            records.append(_record(_object(publication)))
        except ValueError:
            continue
    return records


def _record(told: dict) -> Record:
    fields = {name.lower(): _text(value) for name, value in told.items()}
    fields = {**parse_misc(fields.pop("misc", "")), **fields}
    key = fields.pop("bibtexkey", "")
    kind = fields.pop("entrytype", "") or "misc"
    return record_from_fields(fields, kind=kind.lower(), key=key, source="bibsonomy")


def _from_export(item: dict) -> dict:
    people = item.get("author") or item.get("editor") or []
    names = {"pub-type": "entrytype", "label": "title", "interHash": "interhash"}
    told = {names.get(name, name): value for name, value in item.items()}
    told["author"] = " and ".join(map(str, _list(people)))
    # "date" is when the post was made, and "id" its address; neither is the paper's.
    return {name: value for name, value in told.items() if name not in {"date", "id", "authors"}}


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


def _json(answer: Answer) -> dict:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise SourceGarbled("The answer of BibSonomy cannot be read.") from error
    if not isinstance(told, dict):
        raise SourceGarbled("The answer of BibSonomy cannot be read.")
    return told


def _object(value) -> dict:
    return value if isinstance(value, dict) else {}


def _list(value) -> list:
    return value if isinstance(value, list) else [value] if value else []


def _text(value) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""

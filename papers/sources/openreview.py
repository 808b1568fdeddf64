"""Client for OpenReview's notes.

https://docs.openreview.net/reference/api-v2. API 2 wraps every value, {"title": {"value": "…"}};
venues up to 2023 are only on API 1, which does not. Both require a login; the token of one is valid
for the other.
"""

import datetime
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.cache import cache

from common.http.client import Answer, Service
from papers.citations.latex_to_unicode import clean_title, latex_to_text
from papers.identifiers import PaperId, parse_identifier
from papers.names import display_name
from papers.sources import messages
from papers.sources.client import ask, check_status, read_json, send
from papers.sources.json_values import as_address, as_list, as_object, as_text, as_year, objects
from papers.sources.records import Record, RecordNotFoundError, SourceParseError, SourceRefusedError

SCHEMES = ("openreview",)
NAME = "OpenReview"
ADDRESS = "OPENREVIEW_API_URL"
NEEDS = ("OPENREVIEW_USER", "OPENREVIEW_PASSWORD")
HITS = 10
# A token is valid for a day; three logins a minute are allowed.
TOKEN_SECONDS = 12 * 3600
# Additions to the name of a venue: "ICLR 2025 Poster", "NeurIPS 2023 spotlight".
_DECISION = re.compile(
    r"\b(?:(?:19|20)\d\d(?: conference)?|oral|poster|spotlight|accepted(?: (?:by|at|to|papers?))?"
    r"|notable(?: top[ -]\d+%)?|top[ -]\d+%)(?!\w)",
    re.IGNORECASE,
)
_NOT_ACCEPTED = re.compile(r"submitted|submission|rejected|withdrawn|under review", re.IGNORECASE)
_BIBTEX_KEY = re.compile(r"@\s*\w+\s*\{\s*(DBLP:[^,\s]+)")
_CREATIVE_COMMONS = re.compile(r"CC[ -](BY(?:-(?:NC|ND|SA))*)[ -](\d\.\d)\Z", re.IGNORECASE)


def fetch(name: PaperId) -> Record:
    """Return the record of a forum; a review or comment leads to its paper. Raises SourceError."""
    for base_url in (settings.OPENREVIEW_API_URL, settings.OPENREVIEW_OLD_API_URL):
        record = _in_forum(base_url, name.value)
        if record is not None:
            return record
    raise RecordNotFoundError(messages.knows_no_paper("OpenReview", name.value))


def search(query: str) -> list[Record]:
    """Return up to ten papers of venues since 2023 that match in title or abstract."""
    query = " ".join(query.split())[:300]
    if not query:
        return []
    params = {
        "term": query,
        "type": "terms",
        "content": "all",
        "group": "all",
        "source": "forum",
        "limit": str(HITS),
    }
    service, answer = _ask(settings.OPENREVIEW_API_URL, "notes/search", params)
    check_status(service, answer, query=query)
    return [record for _, record in parse_notes(service, answer) if record is not None]


def _in_forum(base_url: str, value: str) -> Record | None:
    """Return the paper of a note; a reply names its forum, whose first note is the paper."""
    notes = _notes(base_url, value)
    forum = next((forum for forum, _ in notes if forum and forum != value), "")
    if forum:
        notes = _notes(base_url, forum)
    return next((record for _, record in notes if record is not None), None)


def _notes(base_url: str, value: str) -> list[tuple[str, Record | None]]:
    service, answer = _ask(base_url, "notes", {"id": value})
    if answer.status in {400, 404}:
        return []
    check_status(service, answer, query=value)
    return parse_notes(service, answer)


def _ask(base_url: str, path: str, params: dict[str, str]) -> tuple[Service, Answer]:
    """Send a request with the stored token, and again with a new one when it is rejected."""
    for may_repeat in (True, False):
        token, is_new = _token()
        service = _service(base_url, {"Authorization": f"Bearer {token}"})
        answer = ask(service, f"{base_url}/{path}", params=params, accept="application/json")
        is_refused = answer.status in {401, 403} or _is_page(answer)
        if not is_refused or is_new or not may_repeat:
            break
        cache.delete("openreview-token")
    if _is_page(answer):
        raise SourceRefusedError(messages.access_denied("OpenReview"))
    return service, answer


def _is_page(answer: Answer) -> bool:
    """Return whether the answer is HTML: without a login, a browser test with status 200."""
    return answer.body.lstrip()[:1] == b"<"


def _token() -> tuple[str, bool]:
    """Return (token, whether it is new).

    Raises SourceRefusedError when the user name or password is wrong.
    """
    token = cache.get("openreview-token")
    if token:
        return token, False
    service = _service(settings.OPENREVIEW_API_URL, {})
    credentials = {"id": settings.OPENREVIEW_USER, "password": settings.OPENREVIEW_PASSWORD}
    answer = send(service, f"{settings.OPENREVIEW_API_URL}/login", json=credentials)
    if answer.status != 200 or _is_page(answer):
        raise SourceRefusedError(messages.access_denied("OpenReview"))
    token = as_text(read_json(service, answer).get("token"))
    if not re.fullmatch(r"[\w.~+/=-]+", token):
        raise SourceRefusedError(messages.access_denied("OpenReview"))
    cache.set("openreview-token", token, timeout=TOKEN_SECONDS)
    return token, True


def _service(base_url: str, headers: dict[str, str]) -> Service:
    return Service(
        name=NAME,
        base_url=base_url,
        spacing_seconds=settings.SOURCE_SPACING_SECONDS["openreview"],
        headers=headers,
    )


def parse_notes(service: Service, answer: Answer) -> list[tuple[str, Record | None]]:
    """Return (identifier of the forum, its paper) for each note; None for a review or a comment.

    The answer is {"notes": [{"id", "forum", "content": {…}}]}. Raises SourceParseError for any
    other.
    """
    payload = read_json(service, answer)
    if "notes" not in payload:
        raise SourceParseError(messages.cannot_be_read("OpenReview"))
    return [(as_text(note.get("forum")), _record(note)) for note in objects(payload["notes"])]


def _record(note: dict[str, Any]) -> Record | None:
    content = {name: _bare(value) for name, value in as_object(note.get("content")).items()}
    value, forum = as_text(note.get("id")), as_text(note.get("forum"))
    title = clean_title(as_text(content.get("title")))
    # Reviews have titles too; only a paper has a forum of its own.
    if not title or not re.fullmatch(r"[\w-]{1,40}", value) or forum not in {"", value}:
        return None
    venue, is_accepted = _venue(content)
    published = _day(note.get("pdate")) or _day(note.get("odate")) or _day(note.get("cdate"))
    bibtex = str(content.get("_bibtex") or "")
    return Record(
        source="openreview",
        title=title,
        authors=tuple(_authors(content)),
        abstract=_paragraphs(content.get("abstract")),
        year=_year(content, bibtex) or (published.year if published else None),
        published_on=None if is_accepted else published,
        venue=venue if is_accepted else "OpenReview",
        venue_kind=_venue_kind(content) if is_accepted else "preprint",
        kind="inproceedings" if is_accepted and _venue_kind(content) == "conference" else "misc",
        identifiers=tuple(_names(value, content, bibtex)),
        licence=_licence(as_text(note.get("license"))),
        url=f"https://openreview.net/forum?id={value}",
        code_url=_first_address(content, "code", "code_url", "software", "code_link"),
        data_url=_first_address(content, "data", "dataset_url", "data_url", "dataset"),
        is_withdrawn=_is_withdrawn(note, content),
    )


def _bare(value: Any) -> Any:
    """Return the value without the wrapper of API 2."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def _authors(content: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the authors; none before the decision.

    They come as a list of names, as a list of objects with a name, or in one text.
    """
    people = as_list(content.get("authors"))
    if len(people) == 1 and isinstance(people[0], str):
        people = re.split(r"\s*[;,]\s*|\s+and\s+", people[0])
    for person in people:
        name = as_text(
            person.get("fullname") or person.get("name") if isinstance(person, dict) else person
        )
        name = display_name(latex_to_text(name))
        if name and name.lower() != "anonymous":
            yield name


def _venue(content: dict[str, Any]) -> tuple[str, bool]:
    """Return (venue, whether the paper was accepted).

    "ICLR 2025 Poster" gives ("ICLR", True), "Submitted to ICLR 2025" gives ("", False).
    """
    venue, venueid = as_text(content.get("venue")), as_text(content.get("venueid"))
    if not venue or _NOT_ACCEPTED.search(venue) or _NOT_ACCEPTED.search(venueid):
        return "", False
    name = " ".join(_DECISION.sub(" ", venue).split()).strip(" -–—,:()")
    return name or venue, True


def _venue_kind(content: dict[str, Any]) -> str:
    venueid = as_text(content.get("venueid"))
    if re.search(r"(?:\A|/)journals/|\A(?:TMLR|DMLR)\b", venueid):
        is_archive = re.search(r"journals/corr", venueid, re.IGNORECASE)
        return "preprint" if is_archive else "journal"
    return "conference"


def _is_withdrawn(note: dict[str, Any], content: dict[str, Any]) -> bool:
    texts = [*map(as_text, as_list(note.get("invitations"))), as_text(note.get("invitation"))]
    texts += [as_text(content.get("venueid")), as_text(content.get("venue"))]
    return any("withdrawn" in text.lower() for text in texts)


def _names(value: str, content: dict[str, Any], bibtex: str) -> list[PaperId]:
    """Return OpenReview's identifier first, then those of its links.

    Notes that were imported from DBLP have its key, and links to arXiv or the DOI.
    """
    names = [PaperId("openreview", value)]
    key = _BIBTEX_KEY.search(bibtex)
    texts = [key[1] if key else "", as_text(content.get("html")), as_text(content.get("ee"))]
    texts += [as_text(content.get("doi")), as_text(content.get("arxiv"))]
    for name in map(parse_identifier, texts):
        if name and name.scheme in {"arxiv", "doi", "dblp"}:
            names.append(name)
    return list(dict.fromkeys(names))


def _year(content: dict[str, Any], bibtex: str) -> int | None:
    """Return the year of the venue; the dates of a note are those of the upload."""
    for text in (as_text(content.get("venue")), as_text(content.get("venueid"))):
        match = re.search(r"\b(?:19|20)\d\d\b", text)
        if match:
            return int(match[0])
    match = re.search(r"\byear\s*=\s*[{\"]?\s*((?:19|20)\d\d)\b", bibtex)
    return int(match[1]) if match else as_year(content.get("year"))


def _day(milliseconds: object) -> datetime.date | None:
    try:
        moment = int(as_text(milliseconds)) / 1000
        return datetime.datetime.fromtimestamp(moment, datetime.UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _paragraphs(text: object) -> str:
    parts = re.split(r"\n\s*\n", text) if isinstance(text, str) else [as_text(text)]
    return "\n\n".join(" ".join(part.split()) for part in parts if part.strip())


def _first_address(content: dict[str, Any], *fields: str) -> str:
    """Return the first address in the fields, which is either bare or in Markdown.

    The case of field names varies.
    """
    by_name = {name.lower(): value for name, value in content.items()}
    return next(filter(None, (as_address(by_name.get(field)) for field in fields)), "")


def _licence(text: str) -> str:
    """Return the address of a Creative Commons licence such as "CC BY-NC 4.0", or else ""."""
    match = _CREATIVE_COMMONS.match(text)
    if match:
        return f"https://creativecommons.org/licenses/{match[1].lower()}/{match[2]}/"
    if text.upper() in {"CC0 1.0", "CC0"}:
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    return ""

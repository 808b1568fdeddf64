"""Read the page of a paper whose address contains no identifier, in a worker.

A request starts the reading and shows its state; only the task calls the other host. Which hosts are
read is in `papers.addresses`; their robots.txt is respected.
"""

import dataclasses
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache

from common.http import robots
from common.http.client import (
    Answer,
    HttpError,
    HttpUnavailableError,
    get_public,
)
from common.http.connections import Deadline, DeadlineError
from common.http.ratelimit import LockTimeoutError, one_at_a_time
from papers import sources
from papers.addresses import may_be_read
from papers.identifiers import PaperId, parse_identifier
from papers.importing.matching import is_like
from papers.importing.pipeline import import_record
from papers.models import Paper
from papers.sources import (
    Record,
    SourceError,
    SourceUnavailableError,
    record_from_json,
    record_to_json,
)
from papers.sources.citation_tags import parse_page
from papers.sources.records import clean

AGENT = "ShortScience"
# From the first DNS look-up to the last byte, with robots.txt and all redirects.
TOTAL_SECONDS = 30.0
MAX_BYTES = 4 * 1024 * 1024
# A lost task can be started again after this.
READING_SECONDS = 900
FAILED_SECONDS = 3600
ADDED_SECONDS = 30 * 24 * 3600
ROBOTS_SECONDS = 24 * 3600
# Why a page gave no paper; `papers.views.add` says it in words.
PROBLEMS = ("unavailable", "forbidden", "refused", "missing", "incomplete", "contradiction")


class PageError(Exception):
    """The page gives no paper; `problem` is one of PROBLEMS, `record` what it told."""

    def __init__(self, problem: str, record: Record | None = None):
        super().__init__(problem)
        self.problem = problem
        self.record = record


class _RedirectedError(Exception):
    """A redirect leads to an address that contains an identifier, so that nothing must be read."""

    def __init__(self, name: PaperId):
        super().__init__(name.value)
        self.name = name


@dataclass(frozen=True)
class Reading:
    """The state of a reading: "reading", "added" with a paper, or "failed" with a problem."""

    state: str
    paper_id: int | None = None
    problem: str = ""
    record: Record | None = None


def reading_of(address: str) -> Reading | None:
    """Return the state of the last reading of a page, None when there was none lately."""
    data = cache.get(_key(address))
    if not data:
        return None
    record = data.get("record")
    reading = Reading(**{**data, "record": record_from_json(record) if record else None})
    if reading.paper_id and not Paper.objects.filter(pk=reading.paper_id).exists():
        return None
    return reading


def claim_reading(address: str) -> bool:
    """Mark a page as being read; return False when it is being read already."""
    reading = reading_of(address)
    if reading is not None and reading.state == "reading":
        return False
    _store(address, Reading("reading"), READING_SECONDS)
    return True


def read_page(address: str) -> Paper:
    """Read a page and import its paper; the state is stored either way.

    Raises SourceUnavailableError when a later try may succeed, and PageError.
    """
    try:
        paper = _import(address)
    except PageError as error:
        give_up(address, error.problem, error.record)
        raise
    _store(address, Reading("added", paper_id=paper.pk), ADDED_SECONDS)
    return paper


def give_up(address: str, problem: str, record: Record | None = None) -> None:
    """Store that a page gave no paper, with what it told."""
    _store(address, Reading("failed", problem=problem, record=record), FAILED_SECONDS)


def _import(address: str) -> Paper:
    try:
        record = fetch_page(address)
    except _RedirectedError as error:
        try:
            return import_record(sources.fetch(error.name)).paper
        except SourceUnavailableError:
            raise
        except SourceError:
            raise PageError("missing") from error
    own = parse_identifier(address)
    own_names = (own,) if own and own.scheme != "key" else ()
    record = dataclasses.replace(record, identifiers=_distinct(*own_names, *record.identifiers))
    catalogued = _catalogue_record(record)
    if catalogued is not None and is_like(catalogued, record):
        names = _distinct(*catalogued.identifiers, *own_names)
        return import_record(dataclasses.replace(catalogued, identifiers=names)).paper
    if catalogued is not None:
        # The page has an identifier of another work.
        record = dataclasses.replace(record, identifiers=own_names)
    if not record.title or not record.authors or not record.year:
        raise PageError("incomplete", record)
    try:
        return import_record(record).paper
    except ValueError as error:
        raise PageError("contradiction", record) from error


def _distinct(*names: PaperId) -> tuple[PaperId, ...]:
    return tuple(dict.fromkeys(names))


def _catalogue_record(record: Record) -> Record | None:
    """Return the record of the first catalogue that knows an identifier of the page."""
    for name in record.identifiers:
        if not sources.can_fetch(name.scheme):
            continue
        try:
            return clean(sources.fetch(name))
        except SourceUnavailableError:
            raise
        except SourceError:
            continue
    return None


def fetch_page(address: str) -> Record:
    """Return what a page tells in its tags. Raises SourceUnavailableError and PageError."""
    try:
        deadline = Deadline(TOTAL_SECONDS)
        with one_at_a_time(
            f"page:{urlsplit(address).hostname}",
            spacing_seconds=settings.SOURCE_SPACING_SECONDS["page"],
            patience_seconds=deadline.left(),
        ):
            answer, url = _get(address, deadline)
    except (LockTimeoutError, DeadlineError, HttpUnavailableError) as error:
        raise SourceUnavailableError(str(error)) from error
    except HttpError as error:
        raise PageError("refused") from error
    if answer.status in {429, 500, 502, 503, 504}:
        raise SourceUnavailableError(str(answer.status))
    if answer.status in {404, 410}:
        raise PageError("missing")
    if answer.status != 200:
        raise PageError("refused")
    record = clean(
        parse_page(answer.body, content_type=answer.headers.get("content-type", ""), url=url)
    )
    if not record.title:
        raise PageError("incomplete", record)
    return record


def _get(address: str, deadline: Deadline) -> tuple[Answer, str]:
    """Return the page and its address after redirects; each of these is checked."""
    visited: list[str] = []
    own = parse_identifier(address)

    def may_read(url: str) -> bool:
        name = parse_identifier(url) if visited else None
        if name is not None and name.scheme != "key" and name != own:
            raise _RedirectedError(name)
        if not may_be_read(url):
            return False
        if not _robots_allow(url, deadline):
            raise PageError("forbidden")
        visited.append(url)
        return True

    answer = get_public(
        address,
        max_bytes=MAX_BYTES,
        accept="text/html,application/xhtml+xml",
        seconds=deadline.left(),
        may_read=may_read,
    )
    return answer, visited[-1]


def _robots_allow(url: str, deadline: Deadline) -> bool:
    """Return whether the host's robots.txt allows us to read a URL.

    Without one everything is allowed; a host that fails to answer is left alone (RFC 9309, 2.3.1).
    """
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    key = f"robots:{_digest(origin)}"
    text: bytes | None = cache.get(key)
    if text is None:
        answer = get_public(
            f"{origin}/robots.txt",
            max_bytes=MAX_BYTES,
            accept="text/plain",
            seconds=deadline.left(10.0),
            may_read=may_be_read,
        )
        if answer.status >= 500 or answer.status == 429:
            raise HttpUnavailableError(origin)
        text = answer.body[: robots.MAX_BYTES] if answer.status == 200 else b""
        cache.set(key, text, ROBOTS_SECONDS)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return robots.allows(text, agent=AGENT, path=path)


def _store(address: str, reading: Reading, seconds: int) -> None:
    data = {
        "state": reading.state,
        "paper_id": reading.paper_id,
        "problem": reading.problem,
        "record": record_to_json(reading.record) if reading.record else None,
    }
    cache.set(_key(address), data, seconds)


def _key(address: str) -> str:
    return f"page:{_digest(address)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]

"""Search all catalogues at once for words of a title, and merge their results into one list."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.text.integers import parse_positive_int
from common.text.tex_to_html import plain_to_html
from papers import sources
from papers.identifiers import PaperId
from papers.importing.matching import MATCHING_SCHEMES, is_like, other_versions, strong_identifiers
from papers.importing.precedence import TEXT_ORDER, is_preprint
from papers.models import Identifier, Paper
from papers.sources import Record, SourceError, record_from_json, record_to_json
from papers.sources.client import patience
from papers.sources.records import clean

# Catalogues change once a day; paging back should not query them again.
REMEMBERED_SECONDS = 3600
MOST_HITS = 30


@dataclass(frozen=True)
class Answer:
    """The records of one catalogue, or in `problem` the translated reason why there are none."""

    source: str
    name: str
    records: tuple[Record, ...] = ()
    problem: str = ""


@dataclass
class Hit:
    """One work as one or more catalogues describe it, the best description first.

    `rank` is its best position in any catalogue, from 0; `paper` is set by `find_known`.
    """

    records: list[Record]
    rank: int = 0
    paper: Paper | None = None
    names: set[PaperId] = field(default_factory=set)

    @property
    def record(self) -> Record:
        """Return the best description."""
        return self.records[0]

    @property
    def title_html(self) -> SafeString:
        """Return the title as HTML."""
        return plain_to_html(self.record.title)

    @property
    def catalogues(self) -> list[str]:
        """Return the names of the catalogues that found the work."""
        keys = dict.fromkeys(record.source for record in self.records)
        return [sources.SOURCES[key].NAME for key in keys if key in sources.SOURCES]


def ask_catalogues(query: str) -> list[Answer]:
    """Return the answers of all searchable catalogues, each within SOURCE_SEARCH_SECONDS.

    The catalogues are queried in parallel, and answers are cached for REMEMBERED_SECONDS.
    """
    query = " ".join(query.split())
    known = sources.searchable()
    answers = {key: _remembered(key, query) for key in known}
    missing = [key for key, answer in answers.items() if answer is None]
    if missing:
        pool = ThreadPoolExecutor(max_workers=len(missing))
        futures = {
            key: pool.submit(_ask, key, query, translation.get_language()) for key in missing
        }
        # A little longer than the limit of each call, whose own message is better than ours.
        wait(futures.values(), timeout=settings.SOURCE_SEARCH_SECONDS + 0.5)
        # Late calls are not awaited: each has its own time limit.
        pool.shutdown(wait=False, cancel_futures=True)
        for key, future in futures.items():
            answers[key] = answer = _answer(key, future)
            if not answer.problem:
                _remember(query, answer)
    return [answer for answer in answers.values() if answer is not None]


def _ask(source: str, query: str, language: str) -> tuple[Record, ...]:
    # The active language is per thread.
    with translation.override(language), patience(settings.SOURCE_SEARCH_SECONDS):
        records = sources.search(query, source)
    return tuple(clean(record) for record in records if record.title.strip())[:MOST_HITS]


def _answer(source: str, future: Future[tuple[Record, ...]]) -> Answer:
    name = sources.SOURCES[source].NAME
    if not future.done() or future.cancelled():
        seconds = f"{settings.SOURCE_SEARCH_SECONDS:g}"
        message = gettext("%(service)s did not respond within %(seconds)s seconds.")
        return Answer(source, name, problem=message % {"service": name, "seconds": seconds})
    try:
        return Answer(source, name, future.result())
    except SourceError as error:
        return Answer(source, name, problem=str(error))


def _remembered(source: str, query: str) -> Answer | None:
    """Return the cached answer of a source, or None."""
    payload = cache.get(_memory(source, query))
    if payload is None:
        return None
    records = tuple(record_from_json(data) for data in payload)
    return Answer(source, sources.SOURCES[source].NAME, records)


def _remember(query: str, answer: Answer) -> None:
    payload = [record_to_json(record) for record in answer.records]
    cache.set(_memory(answer.source, query), payload, REMEMBERED_SECONDS)


def _memory(source: str, query: str) -> str:
    digest = hashlib.sha256(query.casefold().encode()).hexdigest()[:32]
    return f"found:{source}:{digest}"


def merge_hits(answers: Iterable[Answer]) -> list[Hit]:
    """Merge the answers into one hit per work; works that most catalogues found come first."""
    hits: list[Hit] = []
    for answer in answers:
        for rank, record in enumerate(answer.records):
            _put(hits, record, rank)
    for hit in hits:
        hit.records.sort(key=lambda record: _rank(record.source))
    return sorted(hits, key=lambda hit: (-len(hit.catalogues), hit.rank))[:MOST_HITS]


def _put(hits: list[Hit], record: Record, rank: int) -> None:
    names = {*strong_identifiers(record)}
    version_names = {*other_versions(record)}
    matches = [hit for hit in hits if _is_of(hit, record, names, version_names)]
    hit = matches[0] if matches else Hit(records=[], rank=rank)
    for other in matches[1:]:
        # This record has identifiers of two hits that seemed to be different works.
        hit.records += other.records
        hit.names |= other.names
        hits.remove(other)
    if not matches:
        hits.append(hit)
    hit.records.append(record)
    hit.names |= names
    hit.rank = min(hit.rank, rank)


def _is_of(hit: Hit, record: Record, names: set[PaperId], version_names: set[PaperId]) -> bool:
    if hit.names & names:
        return any(is_like(record, hit_record) for hit_record in hit.records)
    return any(
        is_preprint(hit_record) != is_preprint(record)
        and version_names & set(strong_identifiers(hit_record))
        for hit_record in hit.records
    )


def _rank(source: str) -> int:
    return TEXT_ORDER.index(source) if source in TEXT_ORDER else len(TEXT_ORDER)


def find_stored(hits: Sequence[Hit]) -> None:
    """Set the paper of each hit that is known already; two queries, however many hits."""
    values = {name.value for hit in hits for name in hit.names}
    rows = Identifier.objects.filter(scheme__in=MATCHING_SCHEMES, value__in=values)
    owners = {
        PaperId(scheme, value): paper_id
        for scheme, value, paper_id in rows.values_list("scheme", "value", "paper_id")
    }
    papers = Paper.objects.for_lists().in_bulk(set(owners.values()))
    for hit in hits:
        paper_ids = [owners[name] for name in strong_identifiers(hit.record) if name in owners]
        paper_ids += [owners[name] for name in hit.names if name in owners]
        hit.paper = papers[paper_ids[0]] if paper_ids else None


def store_hits(hits: Sequence[Hit], *, user_id: int) -> str:
    """Store the hits, so that a member can add one with a click, and return the key to them.

    A form carries only this key: data that a browser sends is not a catalogue's record.
    """
    token = secrets.token_urlsafe(16)
    payload = [[record_to_json(record) for record in hit.records] for hit in hits]
    cache.set(f"hits:{user_id}:{token}", payload, REMEMBERED_SECONDS)
    return token


def stored_hit(token: str, position: str, *, user_id: int) -> list[Record]:
    """Return the records of one stored hit, [] when it has expired or belongs to another user.

    `position` is the index in the list of hits as the form sent it, "0" for the first.
    """
    payload = cache.get(f"hits:{user_id}:{token}") or []
    index = parse_positive_int(position)
    if index is None or index >= len(payload):
        return []
    return [record_from_json(data) for data in payload[index]]

"""Ask all catalogues for words of a title at once, and make one list of what they find."""

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

# Catalogues change once a day; who leafs back should not make them work again.
REMEMBERED_SECONDS = 3600
MOST_HITS = 30


@dataclass(frozen=True)
class Answer:
    """What one catalogue said; `problem` tells in words why it did not."""

    source: str
    name: str
    records: tuple[Record, ...] = ()
    problem: str = ""


@dataclass
class Hit:
    """One work, as one or more catalogues describe it; the best description first."""

    records: list[Record]
    rank: int = 0
    paper: Paper | None = None
    names: set[PaperId] = field(default_factory=set)

    @property
    def record(self) -> Record:
        return self.records[0]

    @property
    def title_html(self) -> SafeString:
        return plain_to_html(self.record.title)

    @property
    def catalogues(self) -> list[str]:
        found = dict.fromkeys(record.source for record in self.records)
        return [sources.SOURCES[key].NAME for key in found if key in sources.SOURCES]


def ask_catalogues(query: str) -> list[Answer]:
    """The answers of all catalogues that can be asked, each within SOURCE_SEARCH_SECONDS.

    No catalogue waits for another, and a remembered answer is not asked for again.
    """
    query = " ".join(query.split())
    known = sources.searchable()
    answers = {key: _remembered(key, query) for key in known}
    missing = [key for key, answer in answers.items() if answer is None]
    if missing:
        pool = ThreadPoolExecutor(max_workers=len(missing))
        asked = {key: pool.submit(_ask, key, query, translation.get_language()) for key in missing}
        # A little longer than each is given: its own words are better than ours.
        wait(asked.values(), timeout=settings.SOURCE_SEARCH_SECONDS + 0.5)
        # Whoever is late ends by itself: its call has a time limit of its own.
        pool.shutdown(wait=False, cancel_futures=True)
        for key, future in asked.items():
            answers[key] = answer = _answer(key, future)
            if not answer.problem:
                _remember(query, answer)
    return [answer for answer in answers.values() if answer is not None]


def _ask(source: str, query: str, language: str) -> tuple[Record, ...]:
    # A thread does not know in which language its reader is answered.
    with translation.override(language), patience(settings.SOURCE_SEARCH_SECONDS):
        found = sources.search(query, source)
    return tuple(clean(record) for record in found if record.title.strip())[:MOST_HITS]


def _answer(source: str, future: Future[tuple[Record, ...]]) -> Answer:
    name = sources.SOURCES[source].NAME
    if not future.done() or future.cancelled():
        seconds = f"{settings.SOURCE_SEARCH_SECONDS:g}"
        words = gettext("%(service)s did not respond within %(seconds)s seconds.")
        return Answer(source, name, problem=words % {"service": name, "seconds": seconds})
    try:
        return Answer(source, name, future.result())
    except SourceError as error:
        return Answer(source, name, problem=str(error))


def _remembered(source: str, query: str) -> Answer | None:
    told = cache.get(_memory(source, query))
    if told is None:
        return None
    records = tuple(record_from_json(data) for data in told)
    return Answer(source, sources.SOURCES[source].NAME, records)


def _remember(query: str, answer: Answer) -> None:
    told = [record_to_json(record) for record in answer.records]
    cache.set(_memory(answer.source, query), told, REMEMBERED_SECONDS)


def _memory(source: str, query: str) -> str:
    digest = hashlib.sha256(query.casefold().encode()).hexdigest()[:32]
    return f"found:{source}:{digest}"


def merge_hits(answers: Iterable[Answer]) -> list[Hit]:
    """One line for a work, whichever catalogues found it: those found by most come first."""
    hits: list[Hit] = []
    for answer in answers:
        for rank, record in enumerate(answer.records):
            _put(hits, record, rank)
    for hit in hits:
        hit.records.sort(key=lambda record: _place(record.source))
    return sorted(hits, key=lambda hit: (-len(hit.catalogues), hit.rank))[:MOST_HITS]


def _put(hits: list[Hit], record: Record, rank: int) -> None:
    names = {*strong_identifiers(record)}
    others = {*other_versions(record)}
    same = [hit for hit in hits if _is_of(hit, record, names, others)]
    hit = same[0] if same else Hit(records=[], rank=rank)
    for other in same[1:]:
        # This record has names of two that seemed to be different works.
        hit.records += other.records
        hit.names |= other.names
        hits.remove(other)
    if not same:
        hits.append(hit)
    hit.records.append(record)
    hit.names |= names
    hit.rank = min(hit.rank, rank)


def _is_of(hit: Hit, record: Record, names: set[PaperId], others: set[PaperId]) -> bool:
    if hit.names & names:
        return any(is_like(record, told) for told in hit.records)
    return any(
        is_preprint(told) != is_preprint(record) and others & set(strong_identifiers(told))
        for told in hit.records
    )


def _place(source: str) -> int:
    return TEXT_ORDER.index(source) if source in TEXT_ORDER else len(TEXT_ORDER)


def find_known(hits: Sequence[Hit]) -> None:
    """Set the paper of each hit that is here already; two queries, however many hits."""
    values = {name.value for hit in hits for name in hit.names}
    rows = Identifier.objects.filter(scheme__in=MATCHING_SCHEMES, value__in=values)
    owners = {
        PaperId(scheme, value): number
        for scheme, value, number in rows.values_list("scheme", "value", "paper_id")
    }
    papers = Paper.objects.for_lists().in_bulk(set(owners.values()))
    for hit in hits:
        numbers = [owners[name] for name in strong_identifiers(hit.record) if name in owners]
        numbers += [owners[name] for name in hit.names if name in owners]
        hit.paper = papers[numbers[0]] if numbers else None


def store_hits(hits: Sequence[Hit], *, user_id: int) -> str:
    """Remember what was found, so that a member adds it with one click; returns the key to it.

    A form carries the key alone: what a browser sends back is no record of a catalogue.
    """
    token = secrets.token_urlsafe(16)
    told = [[record_to_json(record) for record in hit.records] for hit in hits]
    cache.set(f"hits:{user_id}:{token}", told, REMEMBERED_SECONDS)
    return token


def stored_hit(token: str, place: str, *, user_id: int) -> list[Record]:
    """The records of one line of a list that was kept; [] when it is forgotten or not the user's."""
    told = cache.get(f"hits:{user_id}:{token}") or []
    line = parse_positive_int(place)
    if line is None or line >= len(told):
        return []
    return [record_from_json(data) for data in told[line]]

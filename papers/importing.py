"""From what catalogues say to Papers, without duplicates."""

import dataclasses
from collections.abc import Sequence

from django.db import IntegrityError
from django.utils.translation import gettext

from papers import sources
from papers.dossiers import Dossier, write
from papers.duplicates import are_told_apart, propose, propose_duplicates
from papers.identifiers import Name, parse_identifier
from papers.matching import (
    MATCHING_SCHEMES,
    Matcher,
    are_one,
    contradicts,
    is_catalogue,
    is_only_claimed,
    names_of,
    record_key,
)
from papers.merging import merge
from papers.models import Identifier, Paper
from papers.sources import Record
from papers.sources.records import clean
from shortscience.lib.transactions import transactional

# A batch is tried again when another process added one of its papers at the same moment.
MAX_TRIES = 3


@dataclasses.dataclass(frozen=True)
class Imported:
    """`outcome` is "added", "completed" when an import told something new, or "known"."""

    paper: Paper
    outcome: str


class UnknownIdentifier(ValueError):
    """The text is no identifier that this site understands; the message says what is."""


def import_paper(*, identifier: str) -> Paper:
    """The paper that an identifier or address names, from the database or from its catalogue.

    Raises UnknownIdentifier, or a SourceError when the catalogue does not tell.
    """
    name = parse_identifier(identifier)
    if name is None:
        raise UnknownIdentifier(
            gettext(
                "This is no identifier we know. An arXiv identifier looks like 1706.03762, "
                "a DOI like 10.1038/nature14539."
            )
        )
    known = find_paper(name)
    if known is not None:
        return known
    return import_record(sources.fetch(name)).paper


def find_paper(name: Name) -> Paper | None:
    """The paper with this name, None when there is none; a citation key may be of any scheme."""
    wanted = Identifier.objects.filter(value=name.value)
    if name.scheme != "key":
        wanted = wanted.filter(scheme=name.scheme)
    else:
        wanted = wanted.filter(scheme__in=["key", "dblp"])
    identifier = wanted.select_related("paper").first()
    return identifier.paper if identifier else None


def import_record(record: Record) -> Imported:
    """Make or complete the one Paper that a record describes; safe to run twice.

    A record without a title cannot become a paper: raises ValueError.
    """
    if not clean(record).title.strip():
        raise ValueError(gettext("The record has no title."))
    return import_records([record])[0]


def import_records(records: Sequence[Record]) -> list[Imported]:
    """Make or complete the Papers that records describe, in one transaction.

    Answers in the order of `records`; those without a title must not be among them. The number
    of queries does not grow with the batch when all papers are new or all are known.
    """
    records = [clean(record) for record in records]
    for _ in range(MAX_TRIES):
        try:
            return _import_batch(records)
        except IntegrityError as error:
            problem = error
    raise problem


class _TakenMeanwhile(IntegrityError):
    """Another process gave a paper one of the names: the next try finds it there."""


@transactional
def _import_batch(records: Sequence[Record]) -> list[Imported]:
    batch = _Batch(records)
    filed = [batch.file(record) for record in records]
    added = [dossier for dossier in batch.dossiers() if dossier.is_new]
    for name in batch.taken_back:
        Identifier.objects.filter(scheme=name.scheme, value=name.value).delete()
    write([dossier for dossier in batch.dossiers() if dossier.is_changed])
    _check_names(added, batch.matcher)
    propose(batch.doubts())
    propose_duplicates([dossier.paper for dossier in added])
    return [Imported(batch.now(dossier).paper, outcome) for dossier, outcome in filed]


class _Batch:
    """Records on their way to papers: nothing is written before all are filed."""

    def __init__(self, records: Sequence[Record]):
        self.matcher = Matcher(records)
        self._filed: dict[Dossier, None] = {}
        self._became: dict[Dossier, Dossier] = {}
        self._doubts: list[tuple[Dossier, Dossier, str]] = []
        # Names that members' files gave to a work which, as their catalogue says, is another.
        self.taken_back: list[Name] = []

    def file(self, record: Record) -> tuple[Dossier, str]:
        """Put a record into the dossier of its paper; with the outcome as in Imported."""
        dossier = self._dossier_of(record)
        outcome = "added" if dossier is None else "completed"
        dossier = dossier or Dossier(paper=Paper())
        if is_catalogue(record):
            self._take_back(record, dossier)
        if not dossier.add(record_key(record), record, names_of(record)):
            outcome = "known"
        self.matcher.learn(dossier)
        self._filed[dossier] = None
        return dossier, outcome

    def dossiers(self) -> list[Dossier]:
        """Those that are to be written."""
        return [dossier for dossier in self._filed if dossier not in self._became]

    def now(self, dossier: Dossier) -> Dossier:
        """The dossier that one was joined with, or itself."""
        while dossier in self._became:
            dossier = self._became[dossier]
        return dossier

    def doubts(self) -> list[tuple[Paper, Paper, str]]:
        """Pairs of papers that some record takes for one, with what it said; after writing."""
        pairs = [(self.now(one), self.now(other), note) for one, other, note in self._doubts]
        return [(one.paper, other.paper, note) for one, other, note in pairs if one is not other]

    def _dossier_of(self, record: Record) -> Dossier | None:
        owners = [*self.matcher.owners(record), *self.matcher.other_versions(record)]
        meant = [owner for owner in dict.fromkeys(owners) if not contradicts(record, owner)]
        first, *others = meant or [None]
        for other in others:
            if self._may_join(first, other, record):
                first = self._join(first, other)
            else:
                self._doubts.append((first, other, f"{record.source}: {record.title}"[:500]))
        return first

    def _take_back(self, record: Record, dossier: Dossier) -> None:
        for name in record.identifiers:
            owner = self.matcher.owner(name)
            if owner not in {None, dossier} and is_only_claimed(name, owner):
                self.matcher.give(name, dossier)
                self.taken_back.append(name)

    def _may_join(self, one: Dossier, other: Dossier, record: Record) -> bool:
        if not are_one(one, other, proven=is_catalogue(record)):
            return False
        # What moderators took apart stays apart, whatever catalogues say.
        return one.is_new or other.is_new or not are_told_apart(one.paper.pk, other.paper.pk)

    def _join(self, one: Dossier, other: Dossier) -> Dossier:
        """Make two dossiers one: a record carries names of both."""
        kept, gone = (other, one) if one.is_new and not other.is_new else (one, other)
        if not gone.is_new:
            kept, gone = sorted([kept, gone], key=lambda dossier: dossier.paper.pk)
            merge(kept=kept.paper, merged=gone.paper, merged_by=None)
        kept.take_over(gone)
        self.matcher.replace(gone, kept)
        self._became[gone] = kept
        self._filed[kept] = None
        return kept


def _check_names(added: Sequence[Dossier], matcher: Matcher) -> None:
    """Raise _TakenMeanwhile when a new paper did not get a name that nobody had before."""
    wanted = {
        name: dossier
        for dossier in added
        for name in dossier.names
        if name.scheme in MATCHING_SCHEMES and matcher.owner(name) is dossier
    }
    if not wanted:
        return
    rows = Identifier.objects.filter(
        scheme__in=MATCHING_SCHEMES, value__in={name.value for name in wanted}
    ).values_list("scheme", "value", "paper_id")
    for scheme, value, number in rows:
        dossier = wanted.get(Name(scheme, value))
        if dossier is not None and dossier.paper.pk != number:
            raise _TakenMeanwhile(f"{scheme}:{value}")

"""From what catalogues and members say to Papers, without duplicates.

What a catalogue says is believed; what members say of a paper that is here goes through
`papers.importing.claims`.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from django.db import IntegrityError
from django.utils.translation import gettext

from common.db.transactions import transactional
from papers import sources
from papers.curation.merge import merge
from papers.identifiers import PaperId, parse_identifier
from papers.importing.claims import Judgement, claim_name, is_catalogue, judge
from papers.importing.duplicates import are_told_apart, propose, propose_duplicates
from papers.importing.matching import (
    MATCHING_SCHEMES,
    Matcher,
    are_one,
    contradicts,
    differ_in_arxiv,
    identifiers,
    is_only_claimed,
    record_key,
    strong_identifiers,
)
from papers.importing.paper_bundle import PaperBundle, write, write_gaps
from papers.models import Identifier, Paper
from papers.sources import Record
from papers.sources.records import clean
from papers.venues import known_venues

# A batch is tried again when another process added one of its papers at the same moment.
MAX_TRIES = 3


@dataclasses.dataclass(frozen=True)
class Imported:
    """`outcome` is "added", "completed" when an import told something new, or "known".

    Of what a member says of a paper that was here before, `filled` names the fields that it
    filled, and `differing` holds what the paper says in another way: {field: the member's value},
    as corrections have it. Nothing of that is written.
    """

    paper: Paper
    outcome: str
    filled: Sequence[str] = ()
    differing: Mapping[str, object] = dataclasses.field(default_factory=dict)


class UnknownIdentifierError(ValueError):
    """The text is no identifier that this site understands; the message says what is."""


class WrongIdentifierError(ValueError):
    """A member's record has the name of a paper and is of another work: `name`, `paper`."""

    def __init__(self, name: PaperId, paper: Paper, record: Record):
        super().__init__(
            gettext(
                "%(name)s belongs to “%(title)s”, which has a different title and different "
                "authors. Correct the identifier, or remove it to add another paper."
            )
            % {"name": name.value, "title": paper.title}
        )
        self.name = name
        self.paper = paper
        self.record = record


def import_paper(*, identifier: str) -> Paper:
    """The paper that an identifier or address names, from the database or from its catalogue.

    Raises UnknownIdentifierError, or a SourceError when the catalogue does not tell.
    """
    name = parse_identifier(identifier)
    if name is None:
        raise UnknownIdentifierError(
            gettext(
                "We don't recognise this identifier. An arXiv identifier looks like "
                "1706.03762, a DOI like 10.1038/nature14539."
            )
        )
    known = find_paper(name)
    if known is not None:
        return known
    return import_record(sources.fetch(name)).paper


def find_paper(name: PaperId) -> Paper | None:
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

    A record without a title cannot become a paper: raises ValueError. So does a member's record
    with the identifier of another work: WrongIdentifierError.
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


class _IdentifierRaceError(IntegrityError):
    """Another process gave a paper one of the names: the next try finds it there."""


@transactional
def _import_batch(records: Sequence[Record]) -> list[Imported]:
    batch = _Batch(records)
    filed = [batch.file(record) for record in records]
    added = [dossier for dossier in batch.bundles() if dossier.is_new]
    for name in batch.taken_back:
        Identifier.objects.filter(scheme=name.scheme, value=name.value).delete()
    _rename(batch.robbed())
    write([dossier for dossier in batch.bundles() if dossier.is_changed])
    _check_names(added, batch.matcher)
    propose(batch.doubts())
    propose_duplicates([dossier.paper for dossier in added])
    judgements = _settle(batch)
    return [
        _imported(batch.now(item.dossier).paper, item.outcome, judgements.get(item))
        for item in filed
    ]


def _imported(paper: Paper, outcome: str, judgement: Judgement | None) -> Imported:
    if judgement is None:
        return Imported(paper, outcome)
    filled = judgement.filled
    return Imported(paper, "completed" if filled else "known", filled, judgement.differing)


def _rename(dossiers: Sequence[PaperBundle]) -> None:
    """Give papers whose names a catalogue gave to others a citation key of their own."""
    before = {dossier: dossier.paper.citation_key for dossier in dossiers}
    write(dossiers)
    for dossier, key in before.items():
        if dossier.paper.citation_key != key:
            Identifier.objects.filter(paper=dossier.paper, scheme="key", value=key).delete()


def _settle(batch: "_Batch") -> dict["_Filed", Judgement]:
    """Let claims fill the gaps of papers as they are by now, the first one first."""
    claims = [(item, batch.now(item.dossier)) for item in batch.claims]
    venues = known_venues([item.record for item, _ in claims])
    judgements = {}
    for item, dossier in claims:
        record, paper = item.record, dossier.paper
        judgement = judge(
            record,
            paper,
            names=dossier.names,
            is_same_venue=paper.venue is not None and paper.venue.pk in venues[record],
            new_names=batch.free_names(record, dossier),
        )
        judgements[item] = judgement
        if judgement.filled:
            name = claim_name(strong_identifiers(record)[0], judgement.gaps, paper.pk)
            write_gaps([(dossier, (record.source, name), judgement.gaps)])
    return judgements


@dataclasses.dataclass(eq=False, slots=True)
class _Filed:
    """A record and the dossier where it belongs."""

    record: Record
    dossier: PaperBundle
    outcome: str


class _Batch:
    """Records on their way to papers: nothing is written before all are filed."""

    def __init__(self, records: Sequence[Record]):
        self.matcher = Matcher(records)
        # What members say of papers that are here; judged when all else is written.
        self.claims: list[_Filed] = []
        self._filed: dict[PaperBundle, None] = {}
        self._became: dict[PaperBundle, PaperBundle] = {}
        self._doubts: list[tuple[PaperBundle, PaperBundle, str]] = []
        # Names that members' files gave to a work which, as their catalogue says, is another.
        self.taken_back: list[PaperId] = []
        self._robbed: dict[PaperBundle, None] = {}

    def file(self, record: Record) -> _Filed:
        """Put a record into the dossier of its paper; with the outcome as in Imported."""
        if not is_catalogue(record):
            return self._file_claim(record)
        dossier = self._bundle_of(record)
        outcome = "added" if dossier is None else "completed"
        dossier = dossier or PaperBundle(paper=Paper())
        self._take_back(record, dossier)
        return self._add(record, dossier, outcome)

    def _file_claim(self, record: Record) -> _Filed:
        """A claim of a work that nobody knows makes its paper; any other one waits.

        Raises WrongIdentifierError. It joins no papers: that two are one is for moderators to decide.
        """
        owners = [*self.matcher.owners(record), *self.matcher.other_versions(record)]
        meant = [owner for owner in dict.fromkeys(owners) if not contradicts(record, owner)]
        if not meant:
            return self._add(self._without_wrong_names(record), PaperBundle(paper=Paper()), "added")
        first, *others = meant
        for other in others:
            self._doubts.append((first, other, f"{record.source}: {record.title}"[:500]))
        filed = _Filed(record, first, "known")
        self.claims.append(filed)
        self._filed.setdefault(first)
        return filed

    def _without_wrong_names(self, record: Record) -> Record:
        """Names of other works are refused; with an arXiv identifier of its own it is a work."""
        for name in strong_identifiers(record):
            owner = self.matcher.owner(name)
            if owner is not None and not differ_in_arxiv(record, owner):
                raise WrongIdentifierError(name, owner.paper, record)
        names = [name for name in record.identifiers if self.matcher.owner(name) is None]
        return dataclasses.replace(record, identifiers=tuple(names))

    def free_names(self, record: Record, dossier: PaperBundle) -> list[PaperId]:
        """The names that a claim has and no paper, as far as there is room for them."""
        has_arxiv = any(name.scheme == "arxiv" for name in dossier.names)
        return [
            name
            for name in record.identifiers
            if name.scheme in MATCHING_SCHEMES
            and name.scheme != "bibsonomy"
            and name not in dossier.names
            and self.matcher.owner(name) is None
            and not (has_arxiv and name.scheme == "arxiv")
        ]

    def _add(self, record: Record, dossier: PaperBundle, outcome: str) -> _Filed:
        if not dossier.add(record_key(record), record, identifiers(record)):
            outcome = "known"
        self.matcher.learn(dossier)
        self._filed[dossier] = None
        return _Filed(record, dossier, outcome)

    def robbed(self) -> list[PaperBundle]:
        """Papers of members whose names a catalogue gave to others."""
        return [d for d in self._robbed if not d.is_new and d not in self._became and d.claims()]

    def bundles(self) -> list[PaperBundle]:
        """Those that are to be written."""
        return [dossier for dossier in self._filed if dossier not in self._became]

    def now(self, dossier: PaperBundle) -> PaperBundle:
        """The dossier that one was joined with, or itself."""
        while dossier in self._became:
            dossier = self._became[dossier]
        return dossier

    def doubts(self) -> list[tuple[Paper, Paper, str]]:
        """Pairs of papers that some record takes for one, with what it said; after writing."""
        pairs = [(self.now(one), self.now(other), note) for one, other, note in self._doubts]
        return [(one.paper, other.paper, note) for one, other, note in pairs if one is not other]

    def _bundle_of(self, record: Record) -> PaperBundle | None:
        """The one to which a catalogue's record belongs; those that it proves to be one are joined.

        Papers that catalogues know come first: what members claim must not draw a record away.
        """
        owners = [*self.matcher.owners(record), *self.matcher.other_versions(record)]
        meant = [owner for owner in dict.fromkeys(owners) if not contradicts(record, owner)]
        meant.sort(key=lambda owner: not owner.believed())
        if not meant:
            return None
        first, *others = meant
        for other in others:
            if self._may_join(first, other):
                first = self._join(first, other)
            else:
                self._doubts.append((first, other, f"{record.source}: {record.title}"[:500]))
        return first

    def _take_back(self, record: Record, dossier: PaperBundle) -> None:
        for name in identifiers(record):
            owner = self.matcher.owner(name)
            if owner not in {None, dossier} and is_only_claimed(name, owner):
                self.matcher.give(name, dossier)
                self.taken_back.append(name)
                if not owner.believed():
                    self._robbed[owner] = None

    def _may_join(self, one: PaperBundle, other: PaperBundle) -> bool:
        if not are_one(one, other):
            return False
        # What moderators took apart stays apart, whatever catalogues say.
        return one.is_new or other.is_new or not are_told_apart(one.paper.pk, other.paper.pk)

    def _join(self, one: PaperBundle, other: PaperBundle) -> PaperBundle:
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


def _check_names(added: Sequence[PaperBundle], matcher: Matcher) -> None:
    """Raise _IdentifierRaceError when a new paper did not get a name that nobody had before."""
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
        dossier = wanted.get(PaperId(scheme, value))
        if dossier is not None and dossier.paper.pk != number:
            raise _IdentifierRaceError(f"{scheme}:{value}")

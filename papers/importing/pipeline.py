"""Turn records of catalogues and members into papers, without duplicates.

Records of catalogues are trusted; what members say about an existing paper goes through
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
from papers.importing.duplicates import are_distinct, propose, propose_duplicates
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

# A batch is retried when another process added one of its papers at the same moment.
MAX_TRIES = 3


@dataclasses.dataclass(frozen=True)
class Imported:
    """The result for a record: the paper, and what happened.

    `outcome` is "added", "completed" when the record told something new, or "known".

    For a member's record about an existing paper, `filled` names the fields that it filled, and
    `differing` holds the values in which the paper differs: {field: the member's value}, in the
    form of `Correction.changes`. Nothing of `differing` is written.
    """

    paper: Paper
    outcome: str
    filled: Sequence[str] = ()
    differing: Mapping[str, object] = dataclasses.field(default_factory=dict)


class UnknownIdentifierError(ValueError):
    """The text is not an identifier that this site supports; the message says what is."""


class WrongIdentifierError(ValueError):
    """A member's record has the identifier `name` of `paper`, but describes another work."""

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
    """Return the paper of an identifier or address, from the database or else from its catalogue.

    Raises UnknownIdentifierError, or a SourceError when the catalogue has no answer.
    """
    name = parse_identifier(identifier)
    if name is None:
        raise UnknownIdentifierError(
            gettext(
                "We don't recognise this identifier. An arXiv identifier looks like "
                "1706.03762, a DOI like 10.1038/nature14539."
            )
        )
    paper = find_paper(name)
    if paper is not None:
        return paper
    return import_record(sources.fetch(name)).paper


def find_paper(name: PaperId) -> Paper | None:
    """Return the paper with this identifier, or None; a citation key may also be a DBLP key."""
    identifiers = Identifier.objects.filter(value=name.value)
    if name.scheme != "key":
        identifiers = identifiers.filter(scheme=name.scheme)
    else:
        identifiers = identifiers.filter(scheme__in=["key", "dblp"])
    identifier = identifiers.select_related("paper").first()
    return identifier.paper if identifier else None


def import_record(record: Record) -> Imported:
    """Create or complete the paper that a record describes; safe to run twice.

    Raises ValueError for a record without a title, and WrongIdentifierError for a member's record
    with the identifier of another work.
    """
    if not clean(record).title.strip():
        raise ValueError(gettext("The record has no title."))
    return import_records([record])[0]


def import_records(records: Sequence[Record]) -> list[Imported]:
    """Create or complete the papers that records describe, in one transaction.

    Returns the results in the order of `records`, all of which must have a title. The number of
    queries does not grow with the batch when all papers are new or all are known.
    """
    records = [clean(record) for record in records]
    for _ in range(MAX_TRIES):
        try:
            return _import_batch(records)
        except IntegrityError as error:
            problem = error
    raise problem


class _IdentifierRaceError(IntegrityError):
    """Another process gave a paper one of the identifiers; the next try finds it."""


@transactional
def _import_batch(records: Sequence[Record]) -> list[Imported]:
    batch = _Batch(records)
    filed = [batch.file(record) for record in records]
    added = [bundle for bundle in batch.bundles() if bundle.is_new]
    for name in batch.reassigned_names:
        Identifier.objects.filter(scheme=name.scheme, value=name.value).delete()
    _rename(batch.reassigned_papers())
    write([bundle for bundle in batch.bundles() if bundle.is_changed])
    _check_names(added, batch.matcher)
    propose(batch.contradictions())
    propose_duplicates([bundle.paper for bundle in added])
    judgements = _settle(batch)
    return [
        _imported(batch.now(item.bundle).paper, item.outcome, judgements.get(item))
        for item in filed
    ]


def _imported(paper: Paper, outcome: str, judgement: Judgement | None) -> Imported:
    if judgement is None:
        return Imported(paper, outcome)
    filled = judgement.filled
    return Imported(paper, "completed" if filled else "known", filled, judgement.differing)


def _rename(bundles: Sequence[PaperBundle]) -> None:
    """Give new citation keys to papers whose identifiers a catalogue gave to others."""
    before = {bundle: bundle.paper.citation_key for bundle in bundles}
    write(bundles)
    for bundle, key in before.items():
        if bundle.paper.citation_key != key:
            Identifier.objects.filter(paper=bundle.paper, scheme="key", value=key).delete()


def _settle(batch: "_Batch") -> dict["_Filed", Judgement]:
    """Let claims fill the gaps of papers as they are now, the first claim first."""
    claims = [(item, batch.now(item.bundle)) for item in batch.claims]
    venues = known_venues([item.record for item, _ in claims])
    judgements = {}
    for item, bundle in claims:
        record, paper = item.record, bundle.paper
        judgement = judge(
            record,
            paper,
            names=bundle.names,
            is_same_venue=paper.venue is not None and paper.venue.pk in venues[record],
            new_names=batch.free_names(record, bundle),
        )
        judgements[item] = judgement
        if judgement.filled:
            name = claim_name(strong_identifiers(record)[0], judgement.gaps, paper.pk)
            write_gaps([(bundle, (record.source, name), judgement.gaps)])
    return judgements


@dataclasses.dataclass(eq=False, slots=True)
class _Filed:
    """A record and the bundle to which it belongs."""

    record: Record
    bundle: PaperBundle
    outcome: str


class _Batch:
    """Records on their way to papers; nothing is written before all are assigned."""

    def __init__(self, records: Sequence[Record]):
        self.matcher = Matcher(records)
        # Claims about existing papers; judged after everything else is written.
        self.claims: list[_Filed] = []
        self._filed: dict[PaperBundle, None] = {}
        self._joined_into: dict[PaperBundle, PaperBundle] = {}
        self._doubts: list[tuple[PaperBundle, PaperBundle, str]] = []
        # Identifiers that members gave to one work and a catalogue gives to another.
        self.reassigned_names: list[PaperId] = []
        self._lost_names: dict[PaperBundle, None] = {}

    def file(self, record: Record) -> _Filed:
        """Assign a record to the bundle of its paper; the outcome is that of `Imported`."""
        if not is_catalogue(record):
            return self._file_claim(record)
        bundle = self._bundle_of(record)
        outcome = "added" if bundle is None else "completed"
        bundle = bundle or PaperBundle(paper=Paper())
        self._reassign_identifiers(record, bundle)
        return self._add(record, bundle, outcome)

    def _file_claim(self, record: Record) -> _Filed:
        """Assign a claim: it creates the paper of an unknown work, any other one is judged later.

        Claims never join papers: whether two papers are one work is for moderators to decide.
        Raises WrongIdentifierError.
        """
        owners = [*self.matcher.owners(record), *self.matcher.other_versions(record)]
        matches = [owner for owner in dict.fromkeys(owners) if not contradicts(record, owner)]
        if not matches:
            return self._add(self._without_wrong_names(record), PaperBundle(paper=Paper()), "added")
        first, *others = matches
        for other in others:
            self._doubts.append((first, other, f"{record.source}: {record.title}"[:500]))
        item = _Filed(record, first, "known")
        self.claims.append(item)
        self._filed.setdefault(first)
        return item

    def _without_wrong_names(self, record: Record) -> Record:
        """Return the record without identifiers of other works.

        Raises WrongIdentifierError, unless the record is a separate work because its arXiv
        identifier differs.
        """
        for name in strong_identifiers(record):
            owner = self.matcher.owner(name)
            if owner is not None and not differ_in_arxiv(record, owner):
                raise WrongIdentifierError(name, owner.paper, record)
        names = [name for name in record.identifiers if self.matcher.owner(name) is None]
        return dataclasses.replace(record, identifiers=tuple(names))

    def free_names(self, record: Record, bundle: PaperBundle) -> list[PaperId]:
        """Return the identifiers of a claim that no paper has and that its paper may take."""
        has_arxiv = any(name.scheme == "arxiv" for name in bundle.names)
        return [
            name
            for name in record.identifiers
            if name.scheme in MATCHING_SCHEMES
            and name.scheme != "bibsonomy"
            and name not in bundle.names
            and self.matcher.owner(name) is None
            and not (has_arxiv and name.scheme == "arxiv")
        ]

    def _add(self, record: Record, bundle: PaperBundle, outcome: str) -> _Filed:
        if not bundle.add(record_key(record), record, identifiers(record)):
            outcome = "known"
        self.matcher.learn(bundle)
        self._filed[bundle] = None
        return _Filed(record, bundle, outcome)

    def reassigned_papers(self) -> list[PaperBundle]:
        """Return the existing papers of members whose identifiers a catalogue gave to others."""
        return [
            bundle
            for bundle in self._lost_names
            if not bundle.is_new and bundle not in self._joined_into and bundle.claims()
        ]

    def bundles(self) -> list[PaperBundle]:
        """Return the bundles to write."""
        return [bundle for bundle in self._filed if bundle not in self._joined_into]

    def now(self, bundle: PaperBundle) -> PaperBundle:
        """Return the bundle that this one was joined with, or else itself."""
        while bundle in self._joined_into:
            bundle = self._joined_into[bundle]
        return bundle

    def contradictions(self) -> list[tuple[Paper, Paper, str]]:
        """Return pairs of papers that a record identifies as one, with the reason.

        Call it after writing, when the papers have keys.
        """
        pairs = [
            (self.now(bundle), self.now(other_bundle), note)
            for bundle, other_bundle, note in self._doubts
        ]
        return [
            (bundle.paper, other_bundle.paper, note)
            for bundle, other_bundle, note in pairs
            if bundle is not other_bundle
        ]

    def _bundle_of(self, record: Record) -> PaperBundle | None:
        """Return the bundle of a catalogue's record, joining those that it proves to be one work.

        Papers of catalogues come first, so that a member's claim cannot attract the record.
        """
        owners = [*self.matcher.owners(record), *self.matcher.other_versions(record)]
        matches = [owner for owner in dict.fromkeys(owners) if not contradicts(record, owner)]
        matches.sort(key=lambda owner: not owner.believed())
        if not matches:
            return None
        first, *others = matches
        for other in others:
            if self._may_join(first, other):
                first = self._join(first, other)
            else:
                self._doubts.append((first, other, f"{record.source}: {record.title}"[:500]))
        return first

    def _reassign_identifiers(self, record: Record, bundle: PaperBundle) -> None:
        """Move identifiers that were only claimed for another paper to this bundle."""
        for name in identifiers(record):
            owner = self.matcher.owner(name)
            if owner not in {None, bundle} and is_only_claimed(name, owner):
                self.matcher.give(name, bundle)
                self.reassigned_names.append(name)
                if not owner.believed():
                    self._lost_names[owner] = None

    def _may_join(self, bundle: PaperBundle, other_bundle: PaperBundle) -> bool:
        if not are_one(bundle, other_bundle):
            return False
        # What moderators separated stays separate, whatever catalogues say.
        return (
            bundle.is_new
            or other_bundle.is_new
            or not are_distinct(bundle.paper.pk, other_bundle.paper.pk)
        )

    def _join(self, bundle: PaperBundle, other_bundle: PaperBundle) -> PaperBundle:
        """Join two bundles, because a record has identifiers of both."""
        target, absorbed = (
            (other_bundle, bundle)
            if bundle.is_new and not other_bundle.is_new
            else (bundle, other_bundle)
        )
        if not absorbed.is_new:
            target, absorbed = sorted([target, absorbed], key=lambda bundle: bundle.paper.pk)
            merge(kept=target.paper, merged=absorbed.paper, merged_by=None)
        target.take_over(absorbed)
        self.matcher.replace(absorbed, target)
        self._joined_into[absorbed] = target
        self._filed[target] = None
        return target


def _check_names(added: Sequence[PaperBundle], matcher: Matcher) -> None:
    """Raise _IdentifierRaceError when a new paper did not get an identifier that was free."""
    new_names = {
        name: bundle
        for bundle in added
        for name in bundle.names
        if name.scheme in MATCHING_SCHEMES and matcher.owner(name) is bundle
    }
    if not new_names:
        return
    rows = Identifier.objects.filter(
        scheme__in=MATCHING_SCHEMES, value__in={name.value for name in new_names}
    ).values_list("scheme", "value", "paper_id")
    for scheme, value, paper_id in rows:
        bundle = new_names.get(PaperId(scheme, value))
        if bundle is not None and bundle.paper.pk != paper_id:
            raise _IdentifierRaceError(f"{scheme}:{value}")

"""Add what members contribute: new papers, missing fields, and differences for moderators."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext

from accounts.models import User
from papers.curation.corrections import LABELS, TooManyProposalsError, propose_entry
from papers.importing.claims import judge
from papers.importing.pipeline import Imported, WrongIdentifierError, import_record
from papers.models import Decision, Paper
from papers.sources import Record
from papers.sources.records import clean
from papers.venues import known_venues

_FULL = "full"
_OTHER_WORK = "Title and authors differ: this may be another work with a wrong identifier."


@dataclass(frozen=True)
class Contribution:
    """The result for a record that a member added.

    `outcome` is that of `Imported`; `notes` are translated sentences for the member.
    """

    paper: Paper
    outcome: str
    notes: Sequence[str] = ()


def contribute(record: Record, *, member: User | None) -> Contribution:
    """Import a member's record; differences from an existing paper are proposed to the moderators.

    Raises ValueError for a record without a title, and WrongIdentifierError for one with the
    identifier of another work. The latter is proposed as well, in which case the message of the
    ValueError says so. Without a member nothing is proposed.
    """
    try:
        # One transaction, so that the paper stays locked until its differences are stored.
        with transaction.atomic():
            imported = import_record(record)
            state = _propose(imported.paper, record, imported.differing, member=member)
    except WrongIdentifierError as error:
        if not _propose_other_work(error, member=member):
            raise
        explanation = gettext("Moderators will compare the two.")
        raise ValueError(f"{error} {explanation}") from error
    return Contribution(imported.paper, imported.outcome, _notes(imported, state))


def _propose(
    paper: Paper,
    record: Record,
    differing: Mapping[str, object],
    *,
    member: User | None,
    note: str = "",
) -> str:
    """Propose the differences, and return their state: a Decision, _FULL, or "" for no proposal."""
    if member is None or not differing:
        return ""
    try:
        correction = propose_entry(
            paper=paper, proposed=differing, member=member, entry=_entry(record), note=note
        )
    except TooManyProposalsError:
        return _FULL
    return correction.state if correction else ""


def _propose_other_work(error: WrongIdentifierError, *, member: User | None) -> bool:
    """Propose the difference to the moderators, and return whether it is waiting for them."""
    with transaction.atomic():
        papers = Paper.objects.select_for_update(of=("self",)).select_related("venue")
        paper = papers.filter(pk=error.paper.pk).first()
        if paper is None:
            return False
        record = clean(error.record)
        judgement = judge(
            record,
            paper,
            names=[identifier.as_paper_id() for identifier in paper.identifiers.all()],
            is_same_venue=paper.venue_id in known_venues([record])[record],
        )
        state = _propose(paper, record, judgement.differing, member=member, note=_OTHER_WORK)
    return state == Decision.WAITING


def _entry(record: Record) -> str:
    """Return how the member refers to the entry: "BibTeX smith2019", or "by hand"."""
    keys = [name.value for name in record.identifiers if name.scheme in {"key", "dblp"}]
    if record.source == "by-hand":
        return "by hand"
    others = [name.value for name in record.identifiers]
    return f"BibTeX {(keys or others or [record.title])[0]}"[:200]


def _notes(imported: Imported, state: str) -> list[str]:
    notes = []
    if imported.filled:
        notes.append(gettext("Added from your entry: %(fields)s.") % _fields(imported.filled))
    if imported.differing:
        notes.append(
            gettext("Your entry differs in: %(fields)s. The paper stays as it is.")
            % _fields(imported.differing)
        )
    if state == Decision.WAITING:
        notes.append(gettext("Moderators will review the differences."))
    elif state == _FULL:
        notes.append(
            gettext(
                "Too many of your suggestions are waiting for review, so this one was not sent."
            )
        )
    elif state:
        notes.append(gettext("Moderators have already reviewed these differences."))
    return notes


def _fields(names: Container[str]) -> dict[str, str]:
    labels = [str(label) for name, label in LABELS.items() if name in names]
    return {"fields": get_text_list(labels, gettext("and"))}

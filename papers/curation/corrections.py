"""Correct the records of papers: propose, accept and decline; imports keep corrected fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.db.transactions import TryAgainError, transactional
from papers.bibsonomy_hash import interhashes
from papers.citations.entry_types import VENUE_KINDS, entry_type
from papers.events import correction_decided, paper_changed
from papers.identifiers import PaperId, parse_identifier
from papers.importing.paper_bundle import typeset, write_bylines
from papers.importing.pipeline import find_paper
from papers.locks import lock_paper, lock_papers
from papers.models import Correction, Decision, Identifier, Paper, Venue
from papers.search import index_papers
from papers.venues import find_venue

# The fields that can be corrected, in the order of the form. Values are plain JSON: authors and
# identifiers are lists, the venue is its name, a year is a number or None, a flag is a boolean.
LABELS = {
    "title": _("Title"),
    "authors": _("Authors"),
    "abstract": _("Abstract"),
    "year": _("Year"),
    "venue": _("Venue"),
    "volume": _("Volume"),
    "number": _("Number"),
    "pages": _("Pages"),
    "publisher": _("Publisher"),
    "kind": _("Type"),
    "url": _("Link to the paper"),
    "code_url": _("Code"),
    "data_url": _("Data"),
    "identifiers": _("Other identifiers"),
    "is_withdrawn": _("Withdrawn by its authors"),
    "is_retracted": _("Retracted by its publisher"),
}
# Columns that depend on a corrected one and must not be imported either.
_FOLLOWING = {"abstract": ("abstract_source",), "venue": ("is_preprint",)}
# Reasons in the history: that of an imported row, and the beginning of that of a correction.
IMPORTED = "Imported"
CORRECTION = "Correction"
_TYPESET = ("title_html", "abstract_html", "title_key")
_SOURCE = "by-hand"
# A file of a thousand entries must not flood the queue, nor one member the proposals for a paper.
MOST_WAITING_OF_A_MEMBER = 50
MOST_WAITING_OF_A_PAPER = 3

Changes = dict[str, list]  # {field: [current value, proposed value]}


class NothingChangedError(ValueError):
    """The record already contains everything that was proposed."""


class TooManyProposalsError(Exception):
    """Too many proposals of this member are waiting for a decision."""


class AlreadyDecidedError(Exception):
    """The correction is no longer waiting; `correction` holds the decision."""

    def __init__(self, correction: Correction):
        super().__init__(f"This correction was already {correction.get_state_display().lower()}.")
        self.correction = correction


class IdentifierTakenError(ValueError):
    """The identifier `name` belongs to another paper, `owner`."""

    def __init__(self, name: PaperId, owner: Paper):
        super().__init__(
            gettext(
                "%(name)s already belongs to “%(title)s”. If both are the same work, report a "
                "duplicate."
            )
            % {"name": f"{name.scheme}:{name.value}", "title": owner.title}
        )
        self.name = name
        self.owner = owner


def values_of(paper: Paper) -> dict[str, object]:
    """Return the current value of every field, in the form of `Correction.changes`.

    `identifiers` is empty, because a correction only adds identifiers.
    """
    derived = {
        "authors": [name for name in paper.authors_text.split("; ") if name],
        "venue": paper.venue.name if paper.venue else "",
        "identifiers": [],
        "kind": entry_type(paper),
    }
    return {name: derived[name] if name in derived else getattr(paper, name) for name in LABELS}


def changes_to(paper: Paper, proposed: Mapping[str, object]) -> Changes:
    """Return the changes that a proposal would make, {field: [current value, proposed value]}.

    Fields that are not proposed stay unchanged, and identifiers that the paper has are left out.
    Raises IdentifierTakenError for an identifier of another paper, and ValueError for an unknown
    one.
    """
    current = values_of(paper)
    changes: Changes = {}
    for field in LABELS:
        value = proposed.get(field, current[field])
        if field == "identifiers":
            value = [text for text in value if _is_new_name(paper, text)]
        if value != current[field]:
            changes[field] = [current[field], value]
    return changes


def propose(*, paper: Paper, proposed: Mapping[str, object], member, note: str = "") -> Correction:
    """Store a member's correction for the moderators; proposing it twice stores it once.

    Raises NothingChangedError, and the errors of `changes_to`.
    """
    changes = changes_to(paper, proposed)
    if not changes:
        raise NothingChangedError(gettext("The record already contains all of this."))
    with transaction.atomic():
        same = Correction.objects.filter(
            paper=paper, proposed_by=member, state=Decision.WAITING, changes=changes
        ).first()
        return same or Correction.objects.create(
            paper=paper, proposed_by=member, changes=changes, note=note
        )


def propose_entry(
    *, paper: Paper, proposed: Mapping[str, object], member, entry: str, note: str = ""
) -> Correction | None:
    """Store the differences of something that a member added, and return the correction.

    `entry` says where they come from, "BibTeX smith2019". One correction waits per paper, member
    and entry: a newer one replaces it. Changes that were decided for this member before are
    returned with that decision. Returns None when nothing would change. Raises
    TooManyProposalsError. Call it with the paper locked.
    """
    try:
        changes = changes_to(paper, proposed)
    except IdentifierTakenError:
        changes = changes_to(paper, {**proposed, "identifiers": []})
    if not changes:
        return None
    own = Correction.objects.filter(proposed_by=member)
    same = own.filter(paper=paper, changes=changes).first()
    if same:
        return same
    waiting = own.filter(state=Decision.WAITING).exclude(entry="")
    earlier = waiting.filter(paper=paper, entry=entry).first()
    if earlier:
        earlier.changes, earlier.note = changes, note
        earlier.save(update_fields=["changes", "note"])
        return earlier
    if (
        waiting.count() >= MOST_WAITING_OF_A_MEMBER
        or waiting.filter(paper=paper).count() >= MOST_WAITING_OF_A_PAPER
    ):
        raise TooManyProposalsError
    return Correction.objects.create(
        paper=paper, proposed_by=member, changes=changes, note=note, entry=entry
    )


@transactional
def accept(*, correction_id: int, moderator, fields: Iterable[str], answer: str = "") -> Correction:
    """Write the chosen fields of a correction to its paper and close it.

    Raises AlreadyDecidedError, NothingChangedError when no field of the correction is chosen, and
    IdentifierTakenError when another paper has received an identifier; then nothing is written.
    """
    correction = _waiting(correction_id)
    chosen = [field for field in LABELS if field in set(fields) & set(correction.changes)]
    if not chosen:
        raise NothingChangedError(gettext("Choose at least one field, or decline the correction."))
    paper = correction.paper
    # The history is public, so its reasons are in the site's language.
    with translation.override(settings.LANGUAGE_CODE):
        labels = ", ".join(LABELS[field].lower() for field in chosen)
    _write(
        paper,
        {field: correction.changes[field][1] for field in chosen},
        moderator=moderator,
        reason=f"{CORRECTION} {correction.pk}: {labels}",
    )
    correction.accepted_fields = chosen
    _close(correction, Decision.ACCEPTED, moderator, answer)
    return correction


@transactional
def decline(*, correction_id: int, moderator, answer: str = "") -> Correction:
    """Close a correction without changing the paper; raises AlreadyDecidedError."""
    correction = _waiting(correction_id)
    _close(correction, Decision.DECLINED, moderator, answer)
    return correction


@transactional
def correct(
    *, paper: Paper, proposed: Mapping[str, object], moderator, note: str = ""
) -> Correction:
    """Write a moderator's own correction at once; raises the errors of `propose`."""
    # Before the row of the correction, as in `accept`.
    lock_paper(paper.pk)
    correction = propose(paper=paper, proposed=proposed, member=moderator, note=note)
    return accept(correction_id=correction.pk, moderator=moderator, fields=correction.changes)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field of a correction as text; `is_stale` when its value changed since the proposal."""

    field: str
    label: str
    before: str
    now: str
    proposed: str
    is_stale: bool
    is_accepted: bool


def lines_of(correction: Correction, now: Mapping[str, object] | None = None) -> list[ChangeLine]:
    """Return the changes of a correction in the order of the form.

    `now` is the result of `values_of` for its paper; without it no line is stale.
    """
    lines = []
    for field, label in LABELS.items():
        if field not in correction.changes:
            continue
        before, proposed = correction.changes[field]
        value = now[field] if now is not None and field != "identifiers" else before
        lines.append(
            ChangeLine(
                field=field,
                label=label,
                before=display_value(before),
                now=display_value(value),
                proposed=display_value(proposed),
                is_stale=value != before,
                is_accepted=field in correction.accepted_fields,
            )
        )
    return lines


def display_value(value: object) -> str:
    """Return a value as text: one line per item of a list, "yes" or "no", "" for None."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _is_new_name(paper: Paper, text: str) -> bool:
    """Return whether no paper has the identifier.

    Raises ValueError when it is not one, and IdentifierTakenError when another paper has it.
    """
    name = parse_identifier(text)
    if name is None:
        raise ValueError(gettext("%(text)s is not an identifier we recognise.") % {"text": text})
    owner = find_paper(name)
    if owner is not None and owner.pk != paper.pk:
        raise IdentifierTakenError(name, owner)
    return owner is None


def _waiting(correction_id: int) -> Correction:
    """Lock a correction that is waiting, and its paper first; raises AlreadyDecidedError."""
    locked_paper_ids = lock_papers(Correction.objects.filter(pk=correction_id).values("paper"))
    rows = Correction.objects.select_related("paper")
    correction = rows.select_for_update(of=("self",), no_key=True).get(pk=correction_id)
    if correction.paper_id not in locked_paper_ids:
        raise TryAgainError(f"Correction {correction_id} moved to another paper.")
    if correction.state != Decision.WAITING:
        raise AlreadyDecidedError(correction)
    return correction


def _close(correction: Correction, state: str, moderator, answer: str) -> None:
    correction.state = state
    correction.decided_by = moderator
    correction.decided_at = timezone.now()
    correction.answer = answer
    correction.save()
    correction_decided.send(Correction, correction=correction)


def _write(paper: Paper, values: dict[str, object], *, moderator, reason: str) -> None:
    """Write new values to a locked paper, its byline, identifiers, history and search index."""
    record_previous_state(paper)
    columns = {name: value for name, value in values.items() if name != "identifiers"}
    set_by_hand = set(columns)
    if "authors" in columns:
        columns["authors_text"] = "; ".join(columns.pop("authors"))
    if "venue" in columns:
        # The kind of a venue that is new; without one, `find_venue` guesses it from the name.
        kind = VENUE_KINDS.get(str(values.get("kind", "")), "")
        columns["venue"] = find_venue(name=columns["venue"], kind=kind)
        columns["is_preprint"] = _is_preprint_venue(columns["venue"])
    if "abstract" in columns:
        columns["abstract_source"] = _SOURCE if columns["abstract"] else ""
    for name, value in columns.items():
        setattr(paper, name, value)
    following = {column for field in set_by_hand for column in _FOLLOWING.get(field, ())}
    paper.corrected_fields = sorted({*paper.corrected_fields, *set_by_hand, *following})
    typeset(paper)
    paper._history_user = moderator
    paper._change_reason = reason[:100]
    # Only the changed columns: counts may be updated at the same time.
    paper.save(update_fields=[*columns, *_TYPESET, "corrected_fields", "updated_at"])
    if "authors" in values:
        write_bylines({paper: values["authors"]})
    _add_names(paper, values.get("identifiers", []))
    index_papers([paper])
    paper_changed.send(sender=Paper, paper=paper)


def record_previous_state(paper: Paper) -> None:
    """Store the current row in the history before a person changes it, as imports write none.

    `paper` must be as in the database. Nothing is stored when the latest entry has the same values.
    """
    latest = paper.history.first()
    columns = {field.attname for field in Paper.history.model.tracked_fields} - {"updated_at"}
    if latest and all(getattr(latest, column) == getattr(paper, column) for column in columns):
        return
    paper._history_user = None  # Otherwise it would be the user of the request.
    changed_at = max(paper.updated_at, latest.history_date) if latest else paper.updated_at
    Paper.history.bulk_history_create(
        [paper], update=True, default_date=changed_at, default_change_reason=IMPORTED
    )


def _add_names(paper: Paper, texts: Iterable[str]) -> None:
    """Add the identifiers, and the hashes by which imports find the corrected record."""
    authors = tuple(name for name in paper.authors_text.split("; ") if name)
    hashes = interhashes(paper.title, authors, paper.year)
    names = [
        *filter(None, map(parse_identifier, texts)),
        *(PaperId("bibsonomy", value) for value in hashes),
    ]
    Identifier.objects.bulk_create(
        [Identifier(paper=paper, scheme=name.scheme, value=name.value) for name in names],
        ignore_conflicts=True,
    )
    for text in texts:
        _is_new_name(paper, text)  # Another paper may have received it meanwhile.


def _is_preprint_venue(venue: Venue | None) -> bool:
    return venue is None or venue.kind == Venue.Kind.PREPRINT

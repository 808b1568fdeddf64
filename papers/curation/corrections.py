"""Members correct a paper's record: propose, accept, decline; imports leave what they set alone."""

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

# What can be corrected, in the order of the form. Values are plain JSON: authors and identifiers
# are lists, the venue is its name, a year is a number or None, a mark is a bool.
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
# Columns that follow from a corrected one and must not be imported either.
_FOLLOWING = {"abstract": ("abstract_source",), "venue": ("is_preprint",)}
# Reasons in the history: of a row as the catalogues left it, and how that of a correction begins.
IMPORTED = "Imported"
CORRECTION = "Correction"
_TYPESET = ("title_html", "abstract_html", "title_key")
_SOURCE = "by-hand"
# A file of a thousand entries must not bury the queue, nor one member a paper.
MOST_WAITING_OF_A_MEMBER = 50
MOST_WAITING_OF_A_PAPER = 3

Changes = dict[str, list]  # {field: [value now, value proposed]}


class NothingChangedError(ValueError):
    """All that was proposed is there already."""


class TooManyProposalsError(Exception):
    """Moderators have enough of this member to decide already."""


class AlreadyDecidedError(Exception):
    """Another moderator was faster; `correction` is as it was decided."""

    def __init__(self, correction: Correction):
        super().__init__(f"This correction was {correction.get_state_display().lower()} already.")
        self.correction = correction


class IdentifierTakenError(ValueError):
    """A name belongs to another paper: `name` is the name, `owner` that paper."""

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
    """Every field as it is now, in the form of `Correction.changes`.

    `identifiers` is empty, because a correction only adds names.
    """
    others = {
        "authors": [name for name in paper.authors_text.split("; ") if name],
        "venue": paper.venue.name if paper.venue else "",
        "identifiers": [],
        "kind": entry_type(paper),
    }
    return {name: others[name] if name in others else getattr(paper, name) for name in LABELS}


def changes_to(paper: Paper, proposed: Mapping[str, object]) -> Changes:
    """What would change; fields that are not proposed stay. Names that the paper has are left out.

    Raises IdentifierTakenError for an identifier of another paper.
    """
    now = values_of(paper)
    changes: Changes = {}
    for field in LABELS:
        value = proposed.get(field, now[field])
        if field == "identifiers":
            value = [text for text in value if _is_new_name(paper, text)]
        if value != now[field]:
            changes[field] = [now[field], value]
    return changes


def propose(*, paper: Paper, proposed: Mapping[str, object], member, note: str = "") -> Correction:
    """Keep a member's correction for the moderators; the same one twice is kept once.

    Raises NothingChangedError, or IdentifierTakenError for an identifier of another paper.
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
    """Keep what differs in something that a member added; `entry` says in what.

    One waits for each paper, member and entry: a newer one takes its place. What moderators have
    decided for this member comes back as it was decided. None when nothing would change. Raises
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
    """Write the chosen fields of a correction into its paper and close it.

    Raises AlreadyDecidedError, NothingChangedError when no field of the correction is chosen, and IdentifierTakenError
    when an identifier has become another paper's name; then nothing is written.
    """
    correction = _waiting(correction_id)
    chosen = [field for field in LABELS if field in set(fields) & set(correction.changes)]
    if not chosen:
        raise NothingChangedError(gettext("Choose at least one field, or decline the correction."))
    paper = correction.paper
    # The history is read by everybody.
    with translation.override(settings.LANGUAGE_CODE):
        words = ", ".join(LABELS[field].lower() for field in chosen)
    _write(
        paper,
        {field: correction.changes[field][1] for field in chosen},
        moderator=moderator,
        reason=f"{CORRECTION} {correction.pk}: {words}",
    )
    correction.accepted_fields = chosen
    _close(correction, Decision.ACCEPTED, moderator, answer)
    return correction


@transactional
def decline(*, correction_id: int, moderator, answer: str = "") -> Correction:
    """Close a correction without writing anything; raises AlreadyDecidedError."""
    correction = _waiting(correction_id)
    _close(correction, Decision.DECLINED, moderator, answer)
    return correction


@transactional
def correct(
    *, paper: Paper, proposed: Mapping[str, object], moderator, note: str = ""
) -> Correction:
    """A moderator's own correction, written at once; raises as `propose`."""
    # Before the correction's row, which `accept` locks after the paper's too.
    lock_paper(paper.pk)
    correction = propose(paper=paper, proposed=proposed, member=moderator, note=note)
    return accept(correction_id=correction.pk, moderator=moderator, fields=correction.changes)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field of a correction in words; `is_stale` when `now` is not what was to be corrected."""

    field: str
    label: str
    before: str
    now: str
    proposed: str
    is_stale: bool
    is_accepted: bool


def lines_of(correction: Correction, now: Mapping[str, object] | None = None) -> list[ChangeLine]:
    """The changes of a correction in the order of the form; `now` is `values_of` its paper."""
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
    """A value as people read it: lists a line each, marks as yes and no, "" for nothing."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _is_new_name(paper: Paper, text: str) -> bool:
    name = parse_identifier(text)
    if name is None:
        raise ValueError(gettext("%(text)s is not an identifier we recognise.") % {"text": text})
    owner = find_paper(name)
    if owner is not None and owner.pk != paper.pk:
        raise IdentifierTakenError(name, owner)
    return owner is None


def _waiting(correction_id: int) -> Correction:
    held = lock_papers(Correction.objects.filter(pk=correction_id).values("paper"))
    rows = Correction.objects.select_related("paper")
    correction = rows.select_for_update(of=("self",), no_key=True).get(pk=correction_id)
    if correction.paper_id not in held:
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
    """Bring a locked paper, its byline, names, history and the search to new values."""
    record_previous_state(paper)
    columns = {name: value for name, value in values.items() if name != "identifiers"}
    set_by_hand = set(columns)
    if "authors" in columns:
        columns["authors_text"] = "; ".join(columns.pop("authors"))
    if "venue" in columns:
        # Of a venue that nobody knew so far; without a word its name tells.
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
    # Only what changed: counts are kept by others meanwhile.
    paper.save(update_fields=[*columns, *_TYPESET, "corrected_fields", "updated_at"])
    if "authors" in values:
        write_bylines({paper: values["authors"]})
    _add_names(paper, values.get("identifiers", []))
    index_papers([paper])
    paper_changed.send(sender=Paper, paper=paper)


def record_previous_state(paper: Paper) -> None:
    """Imports write no history: before a person changes a row, it is kept as they left it.

    `paper` is as it is in the database; nothing is kept twice.
    """
    kept = paper.history.first()
    columns = {field.attname for field in Paper.history.model.tracked_fields} - {"updated_at"}
    if kept and all(getattr(kept, column) == getattr(paper, column) for column in columns):
        return
    paper._history_user = None  # Else the person whose request this is.
    at = max(paper.updated_at, kept.history_date) if kept else paper.updated_at
    Paper.history.bulk_history_create(
        [paper], update=True, default_date=at, default_change_reason=IMPORTED
    )


def _add_names(paper: Paper, texts: Iterable[str]) -> None:
    """The names that a person gave, and the hashes by which imports find the corrected record."""
    authors = tuple(name for name in paper.authors_text.split("; ") if name)
    hashes = interhashes(paper.title, authors, paper.year)
    names = [
        *filter(None, map(parse_identifier, texts)),
        *(PaperId("bibsonomy", h) for h in hashes),
    ]
    Identifier.objects.bulk_create(
        [Identifier(paper=paper, scheme=name.scheme, value=name.value) for name in names],
        ignore_conflicts=True,
    )
    for text in texts:
        _is_new_name(paper, text)  # Another paper may have got it a moment ago.


def _is_preprint_venue(venue: Venue | None) -> bool:
    return venue is None or venue.kind == Venue.Kind.PREPRINT

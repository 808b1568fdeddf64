"""Two papers that are one work become one page.

The merged row goes, so that no list, count or search has to leave it out; its number redirects.
Whatever points at a paper moves, found through the models themselves, so that what is added next
year moves too. The Merge row remembers what moved and what gave way; `papers.curation.unmerge` puts it
back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import ForeignKey, Q, UniqueConstraint

from common.db.transactions import transactional
from common.text.tex_to_html import TYPESETTING_VERSION
from papers.curation.row_snapshots import Row, row_to_json
from papers.events import merge_described, papers_merged
from papers.importing.paper_bundle import (
    COMPOSED_FIELDS,
    rebuild_from_records,
    typeset,
    write_bylines,
)
from papers.locks import lock_papers
from papers.models import (
    ArxivVersion,
    Authorship,
    Correction,
    Identifier,
    Merge,
    MergeProposal,
    Paper,
    SourceRecord,
)
from papers.search import index_papers

# What is written anew from the records when a paper is composed.
COMPOSED_MODELS = (Identifier, Authorship, ArxivVersion)
# What nobody fills from another paper's row: it follows from the other columns.
DERIVED_FIELDS = {"title_html", "abstract_html", "authors_text", "title_key", "citation_key"}


GONE = "One of the two papers is no more. It may have been merged already."


class MergeError(Exception):
    """The message says why, for the moderator."""


@dataclass
class Consequences:
    """What a merge would do, for the moderator: things that move, and whole sentences."""

    moves: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def merged_into(number: int) -> Paper | None:
    """The paper that paper `number` became part of; None when it did not."""
    # One step, however many merges: a merge takes along the merges into the row that goes.
    found = (
        Merge.objects.filter(merged_number=number, undone_at=None)
        .select_related("kept")
        .order_by("-pk")
        .first()
    )
    return found.kept if found else None


def merge(*, kept: Paper, merged: Paper, merged_by: AbstractBaseUser | None) -> Merge:
    """Make `merged` part of `kept`; `kept` is up to date afterwards.

    Raises MergeError for one and the same paper or a row that is no more.
    """
    if kept.pk == merged.pk:
        raise MergeError("A paper cannot be merged with itself.")
    return _merge(kept, merged, merged.pk, merged_by)


@transactional
def _merge(kept: Paper, merged: Paper, number: int, merged_by: AbstractBaseUser | None) -> Merge:
    # An earlier try has deleted it, which the database took back and the instance did not.
    merged.pk = number
    _lock(kept, merged)
    title = merged.title
    # What a claim filled in a paper that was typed in describes no paper.
    has_records = kept.source_records.exclude(record__title="").exists()
    snapshot = {
        "merged": row_to_json(merged),
        "kept": row_to_json(kept),
        "moved": [],
        "set_aside": [],
        "typesetting": TYPESETTING_VERSION,
    }
    before_kept, before_merged = _composed_rows(kept), _composed_rows(merged)
    byline = [authorship.name for authorship in merged.authorships.all()]
    for pointer in pointers():
        _move(pointer, kept, merged, snapshot)
    snapshot["proposals"] = _move_proposals(kept, merged, snapshot)
    merged._change_reason = f"Merged into paper {kept.pk}"
    merged.delete()
    _describe(kept, merged, byline, has_records=has_records)
    index_papers([kept.pk, number])
    papers_merged.send(sender=Merge, kept=kept, merged_number=number)
    kept.refresh_from_db()
    snapshot["kept_after"] = row_to_json(kept)
    snapshot["composed"] = _changes(before_kept, before_merged, _composed_rows(kept))
    note_in_history(kept, f"Paper {number} was merged into it")
    return Merge.objects.create(
        kept=kept,
        merged_number=number,
        merged_title=title,
        snapshot=snapshot,
        merged_by=merged_by,
    )


def consequences(*, kept: Paper, merged: Paper) -> Consequences:
    """What merging would do, as far as moderators may know."""
    of_papers = {
        "identifier": Identifier,
        "record": SourceRecord,
        "version": ArxivVersion,
        "correction": Correction,
    }
    said = Consequences()
    for word, model in of_papers.items():
        count = model.objects.filter(paper=merged).count()
        if count:
            said.moves.append(f"{count} {word}{'' if count == 1 else 's'}")
    for _, answer in merge_described.send(sender=Merge, kept=kept, merged=merged):
        said.moves += answer.moves
        said.sentences += answer.sentences
    corrected = sorted(set(merged.corrected_fields) - set(kept.corrected_fields))
    if corrected:
        said.sentences.append(f"What a person corrected there is taken over: {_words(corrected)}.")
    return said


def pointers() -> Iterator[ForeignKey]:
    """Every column of the database that points at a paper, but for three kinds.

    The pair of a proposal is moved with care for its order; a row that has the paper's number for
    its own (standing, words for the search) is a result, which its owner writes anew.
    """
    for relation in Paper._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete):
            continue
        if relation.many_to_many or relation.field.primary_key:
            continue
        if relation.related_model is not MergeProposal:
            yield relation.field


def _lock(kept: Paper, merged: Paper) -> None:
    if len(lock_papers([kept.pk, merged.pk])) != 2:
        raise MergeError(GONE)
    # Its key goes, so nobody may point at it any more: a text that cites it and is saved at this
    # moment begins again and finds the kept paper, instead of losing its citation.
    Paper.objects.select_for_update().get(pk=merged.pk)
    for paper in (kept, merged):
        paper.refresh_from_db()


def _move(pointer: ForeignKey, kept: Paper, merged: Paper, snapshot: dict) -> None:
    """Let the rows of one column point at `kept`; those for which there is no room give way."""
    model = pointer.model
    label = model._meta.label
    taken = _without_room(pointer, kept, merged)
    # A model may say how both rows can stay: {column: value} to be set in the one that comes.
    marks = getattr(model, "marks_when_papers_merge", {})
    if not marks:
        _set_aside(model, taken, snapshot)
    for number in taken if marks else ():
        row = model._base_manager.filter(pk=number)
        before = row.values(*marks).get()
        row.update(**{pointer.name: kept}, **marks)
        snapshot["moved"].append(
            {"model": label, "column": pointer.name, "rows": [number], "before": before}
        )
    rows = model._base_manager.filter(**{pointer.name: merged})
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    if numbers:
        rows.update(**{pointer.name: kept})
        snapshot["moved"].append({"model": label, "column": pointer.name, "rows": numbers})


def _without_room(pointer: ForeignKey, kept: Paper, merged: Paper) -> dict[object, object]:
    """{row of the merged paper: row of the kept one that is in its way, None for none}."""
    model = pointer.model
    if model is Authorship:
        # One byline stays; composing writes it anew.
        return dict.fromkeys(model.objects.filter(paper=merged).values_list("pk", flat=True))
    found: dict[object, object] = {}
    for others, condition in _uniques(pointer):
        rows = model._base_manager.filter(condition)
        ours = rows.filter(**{pointer.name: kept}).values_list("pk", *others)
        theirs = rows.filter(**{pointer.name: merged}).values_list("pk", *others)
        taken = {tuple(values): number for number, *values in ours}
        for number, *values in theirs:
            if None not in values and tuple(values) in taken:
                found.setdefault(number, taken[tuple(values)])
    return found


def _uniques(pointer: ForeignKey) -> Iterator[tuple[list[str], Q]]:
    """What must be unique together with the paper, and among which rows."""
    model = pointer.model
    if pointer.unique:
        yield [], Q()
    for names in model._meta.unique_together:
        if pointer.name in names:
            yield [name for name in names if name != pointer.name], Q()
    for constraint in model._meta.constraints:
        if not isinstance(constraint, UniqueConstraint):
            continue
        if constraint.expressions:
            names = {
                name
                for expression in constraint.expressions
                for name, *_ in model._get_expr_references(expression)
            }
            if pointer.name in names:
                raise TypeError(f"{constraint.name}: merging papers cannot read expressions.")
        if pointer.name in constraint.fields:
            others = [name for name in constraint.fields if name != pointer.name]
            yield others, constraint.condition or Q()


def _set_aside(model: type[models.Model], taken: dict, snapshot: dict) -> None:
    """Remember rows whole, with what was in their way, and delete them."""
    rows = model._base_manager.filter(pk__in=list(taken)).order_by("pk")
    for row in rows:
        _refuse_dependents(row)
        snapshot["set_aside"].append(
            {"model": model._meta.label, "row": row_to_json(row), "twin": taken[row.pk]}
        )
    rows.delete()


def _refuse_dependents(row: models.Model) -> None:
    """What hangs on a row that gives way would go with it and not come back."""
    for relation in row._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
            if rows.exists():
                raise MergeError(
                    f"Both papers have a {row._meta.verbose_name} that only one can have, and "
                    f"there are {relation.related_model._meta.verbose_name_plural} on it."
                )


def _move_proposals(kept: Paper, merged: Paper, snapshot: dict) -> list[int]:
    """Let proposals with third papers name the kept one; the numbers of those."""
    moved = []
    rows = MergeProposal.objects.filter(Q(first=merged) | Q(second=merged)).order_by("pk")
    for proposal in list(rows):
        other = ({proposal.first_id, proposal.second_id} - {merged.pk}).pop()
        first, second = sorted([kept.pk, other])
        twin = MergeProposal.objects.filter(first=first, second=second).first()
        if other == kept.pk or twin:
            _set_aside(
                MergeProposal, {proposal.pk: twin.pk if other != kept.pk else None}, snapshot
            )
        else:
            MergeProposal.objects.filter(pk=proposal.pk).update(first=first, second=second)
            moved.append(proposal.pk)
    return moved


def _describe(kept: Paper, merged: Paper, byline: list[str], *, has_records: bool) -> None:
    """Compose the kept paper from the records of both and from what persons corrected."""
    theirs = set(merged.corrected_fields) - set(kept.corrected_fields)
    columns = {column.name for column in Paper._meta.concrete_fields} - DERIVED_FIELDS
    filled = theirs & columns
    if not has_records:
        # Typed in by a person: what the other paper knows fills gaps and changes nothing.
        filled |= {name for name in COMPOSED_FIELDS if not getattr(kept, name)} & columns
    for name in filled:
        setattr(kept, name, getattr(merged, name))
    takes_byline = "authors" in theirs or not (has_records or kept.authors_text)
    if takes_byline:
        kept.authors_text = merged.authors_text
        write_bylines({kept: byline})
    kept.corrected_fields = sorted({*kept.corrected_fields, *theirs})
    if filled or theirs or takes_byline:
        typeset(kept)
        kept.skip_history_when_saving = True
        kept.save()
        del kept.skip_history_when_saving
    if has_records:
        rebuild_from_records([kept.pk])


def _composed_rows(paper: Paper) -> dict[str, dict[int, Row]]:
    """{model: {number: row}} of what composing may change."""
    return {
        model._meta.label: {row.pk: row_to_json(row) for row in model.objects.filter(paper=paper)}
        for model in COMPOSED_MODELS
    }


def _changes(kept: dict, merged: dict, after: dict) -> dict[str, dict[str, list[Row]]]:
    """What composing did to rows, beyond their moving, {model: {"before": rows, "after": rows}}."""
    changes = {}
    for label, now in after.items():
        known = {**kept[label], **merged[label]}
        stayed = known.keys() & now.keys()
        changed = {
            pk for pk in stayed if {**known[pk], "paper_id": 0} != {**now[pk], "paper_id": 0}
        }
        gone = kept[label].keys() - now.keys()
        made = now.keys() - known.keys()
        changes[label] = {
            "before": [known[pk] for pk in sorted(changed | gone)],
            "after": [now[pk] for pk in sorted(changed | made)],
        }
    return changes


def note_in_history(paper: Paper, reason: str, *, is_new: bool = False) -> None:
    """A line in the history of the paper."""
    Paper.history.bulk_history_create([paper], update=not is_new, default_change_reason=reason)


def _words(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)

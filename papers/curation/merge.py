"""Merge two papers that are one work into one.

The row of the merged paper is deleted, so that no list, count or search has to exclude it; its
address redirects. Everything that points at it moves. The pointers are found through the models, so
that models added later move, too. The Merge row remembers what moved and what was set aside;
`papers.curation.unmerge` restores it.
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

# Models whose rows are rewritten from the records when a paper is composed.
COMPOSED_MODELS = (Identifier, Authorship, ArxivVersion)
# Columns that are not copied from another paper, as they are derived from other columns.
DERIVED_FIELDS = {"title_html", "abstract_html", "authors_text", "title_key", "citation_key"}


GONE = "One of the two papers no longer exists. It may have been merged already."


class MergeError(Exception):
    """The papers cannot be merged; the message for the moderator says why."""


@dataclass
class Consequences:
    """What a merge would do, for the moderator.

    `moves` are counted things that move, "3 identifiers"; `sentences` are whole sentences.
    """

    moves: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


def merged_into(paper_id: int) -> Paper | None:
    """Return the paper that the paper with key `paper_id` was merged into, or None."""
    # One step suffices: a merge also redirects earlier merges into the paper that it deletes.
    merge_row = (
        Merge.objects.filter(merged_number=paper_id, undone_at=None)
        .select_related("kept")
        .order_by("-pk")
        .first()
    )
    return merge_row.kept if merge_row else None


def merge(*, kept: Paper, merged: Paper, merged_by: AbstractBaseUser | None) -> Merge:
    """Merge `merged` into `kept`, which is up to date afterwards.

    Raises MergeError when both are the same paper or one no longer exists.
    """
    if kept.pk == merged.pk:
        raise MergeError("A paper cannot be merged with itself.")
    return _merge(kept, merged, merged.pk, merged_by)


@transactional
def _merge(kept: Paper, merged: Paper, merged_id: int, merged_by: AbstractBaseUser | None) -> Merge:
    # A failed try was rolled back in the database, but has cleared the key of the instance.
    merged.pk = merged_id
    _lock(kept, merged)
    title = merged.title
    # A record without a title only filled gaps of a paper that was entered by hand.
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
    index_papers([kept.pk, merged_id])
    papers_merged.send(sender=Merge, kept=kept, merged_number=merged_id)
    kept.refresh_from_db()
    snapshot["kept_after"] = row_to_json(kept)
    snapshot["composed"] = _changes(before_kept, before_merged, _composed_rows(kept))
    note_in_history(kept, f"Paper {merged_id} was merged into this paper")
    return Merge.objects.create(
        kept=kept,
        merged_number=merged_id,
        merged_title=title,
        snapshot=snapshot,
        merged_by=merged_by,
    )


def consequences(*, kept: Paper, merged: Paper) -> Consequences:
    """Return what merging would do, as far as moderators may know."""
    of_papers = {
        "identifier": Identifier,
        "record": SourceRecord,
        "version": ArxivVersion,
        "correction": Correction,
    }
    result = Consequences()
    for label, model in of_papers.items():
        count = model.objects.filter(paper=merged).count()
        if count:
            result.moves.append(f"{count} {label}{'' if count == 1 else 's'}")
    for _, answer in merge_described.send(sender=Merge, kept=kept, merged=merged):
        result.moves += answer.moves
        result.sentences += answer.sentences
    corrected = sorted(set(merged.corrected_fields) - set(kept.corrected_fields))
    if corrected:
        result.sentences.append(
            f"Manual corrections of the merged paper are kept: {_join(corrected)}."
        )
    return result


def pointers() -> Iterator[ForeignKey]:
    """Yield every foreign key to a paper, except three kinds.

    Those of a proposal are moved separately because of their order. A row whose primary key is the
    paper's (its ranking, its search index) is derived data, which its owner rebuilds. Many-to-many
    relations have foreign keys in their own table.
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
    # A full lock, because the key is deleted: a text that cites the paper and is saved at the same
    # moment is retried and finds the kept paper, instead of losing its citation.
    Paper.objects.select_for_update().get(pk=merged.pk)
    for paper in (kept, merged):
        paper.refresh_from_db()


def _move(pointer: ForeignKey, kept: Paper, merged: Paper, snapshot: dict) -> None:
    """Point the rows of one foreign key at `kept`; rows that break a constraint are set aside."""
    model = pointer.model
    label = model._meta.label
    displaced = _without_room(pointer, kept, merged)
    # A model may define {column: value} to set in the moved row, so that both rows can stay.
    marks = getattr(model, "marks_when_papers_merge", {})
    if not marks:
        _set_aside(model, displaced, snapshot)
    for pk in displaced if marks else ():
        row = model._base_manager.filter(pk=pk)
        before = row.values(*marks).get()
        row.update(**{pointer.name: kept}, **marks)
        snapshot["moved"].append(
            {"model": label, "column": pointer.name, "rows": [pk], "before": before}
        )
    rows = model._base_manager.filter(**{pointer.name: merged})
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    if pks:
        rows.update(**{pointer.name: kept})
        snapshot["moved"].append({"model": label, "column": pointer.name, "rows": pks})


def _without_room(pointer: ForeignKey, kept: Paper, merged: Paper) -> dict[object, object]:
    """Return {row of the merged paper: row of the kept one that it conflicts with, or None}."""
    model = pointer.model
    if model is Authorship:
        # One byline stays, which composing rewrites.
        return dict.fromkeys(model.objects.filter(paper=merged).values_list("pk", flat=True))
    twins: dict[object, object] = {}
    for others, condition in _uniques(pointer):
        rows = model._base_manager.filter(condition)
        kept_rows = rows.filter(**{pointer.name: kept}).values_list("pk", *others)
        merged_rows = rows.filter(**{pointer.name: merged}).values_list("pk", *others)
        taken = {tuple(values): pk for pk, *values in kept_rows}
        for pk, *values in merged_rows:
            if None not in values and tuple(values) in taken:
                twins.setdefault(pk, taken[tuple(values)])
    return twins


def _uniques(pointer: ForeignKey) -> Iterator[tuple[list[str], Q]]:
    """Yield (other columns, condition) of every constraint that makes the paper unique."""
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


def _set_aside(model: type[models.Model], twins: dict, snapshot: dict) -> None:
    """Store rows and the rows that they conflict with in the snapshot, and delete them."""
    rows = model._base_manager.filter(pk__in=list(twins)).order_by("pk")
    for row in rows:
        _refuse_dependents(row)
        snapshot["set_aside"].append(
            {"model": model._meta.label, "row": row_to_json(row), "twin": twins[row.pk]}
        )
    rows.delete()


def _refuse_dependents(row: models.Model) -> None:
    """Raise MergeError when rows point at this one, as they would be deleted with it."""
    for relation in row._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not relation.many_to_many:
            rows = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
            if rows.exists():
                raise MergeError(
                    f"Both papers have a {row._meta.verbose_name}, but only one can stay, and "
                    f"{relation.related_model._meta.verbose_name_plural} refer to the other."
                )


def _move_proposals(kept: Paper, merged: Paper, snapshot: dict) -> list[int]:
    """Point proposals with third papers at the kept one, and return the keys of those moved."""
    moved_ids = []
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
            moved_ids.append(proposal.pk)
    return moved_ids


def _describe(kept: Paper, merged: Paper, byline: list[str], *, has_records: bool) -> None:
    """Compose the kept paper from the records and corrections of both."""
    added_corrections = set(merged.corrected_fields) - set(kept.corrected_fields)
    columns = {column.name for column in Paper._meta.concrete_fields} - DERIVED_FIELDS
    filled = added_corrections & columns
    if not has_records:
        # Entered by hand: values of the other paper fill gaps and change nothing.
        filled |= {name for name in COMPOSED_FIELDS if not getattr(kept, name)} & columns
    for name in filled:
        setattr(kept, name, getattr(merged, name))
    takes_byline = "authors" in added_corrections or not (has_records or kept.authors_text)
    if takes_byline:
        kept.authors_text = merged.authors_text
        write_bylines({kept: byline})
    kept.corrected_fields = sorted({*kept.corrected_fields, *added_corrections})
    if filled or added_corrections or takes_byline:
        typeset(kept)
        kept.skip_history_when_saving = True
        kept.save()
        del kept.skip_history_when_saving
    if has_records:
        rebuild_from_records([kept.pk])


def _composed_rows(paper: Paper) -> dict[str, dict[int, Row]]:
    """Return {model: {key: row}} of the rows that composing may change."""
    return {
        model._meta.label: {row.pk: row_to_json(row) for row in model.objects.filter(paper=paper)}
        for model in COMPOSED_MODELS
    }


def _changes(kept_rows: dict, merged_rows: dict, after: dict) -> dict[str, dict[str, list[Row]]]:
    """Return what composing changed in rows, apart from moving them.

    The shape is {model: {"before": rows, "after": rows}}.
    """
    changes = {}
    for label, current in after.items():
        known = {**kept_rows[label], **merged_rows[label]}
        common = known.keys() & current.keys()
        changed = {
            pk for pk in common if {**known[pk], "paper_id": 0} != {**current[pk], "paper_id": 0}
        }
        gone = kept_rows[label].keys() - current.keys()
        created = current.keys() - known.keys()
        changes[label] = {
            "before": [known[pk] for pk in sorted(changed | gone)],
            "after": [current[pk] for pk in sorted(changed | created)],
        }
    return changes


def note_in_history(paper: Paper, reason: str, *, is_new: bool = False) -> None:
    """Add a line to the history of a paper."""
    Paper.history.bulk_history_create([paper], update=not is_new, default_change_reason=reason)


def _join(names: Iterable[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)

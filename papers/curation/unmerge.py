"""Undo a wrong merge: what moved is moved back, what was set aside is restored.

Merges into one paper are undone in reverse order, so that each finds the rows as it left them.
Anything added since stays with the kept paper.
"""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils import timezone

from common.db.transactions import TryAgainError, transactional
from common.text.tex_to_html import TYPESETTING_VERSION
from papers.curation.merge import note_in_history
from papers.curation.row_snapshots import (
    Row,
    present,
    row_from_json,
    row_to_json,
    rows_from_json,
    write_row,
)
from papers.events import merge_undone
from papers.importing.paper_bundle import COMPOSED_FIELDS, rebuild_from_records
from papers.locks import lock_paper
from papers.models import Merge, MergeProposal, Paper, SourceRecord
from papers.search import index_papers
from papers.upkeep import typeset_again

BATCH_SIZE = 500


class UnmergeError(Exception):
    """The merge cannot be undone; the message for the moderator says why."""


@transactional
def undo(merge: Merge, *, undone_by: AbstractBaseUser | None) -> Paper:
    """Restore the merged paper and everything that moved; later additions stay with the kept one.

    Raises UnmergeError when it was undone before, or when a later merge has to be undone first.
    """
    kept_id = Merge.objects.values_list("kept", flat=True).get(pk=merge.pk)
    kept = lock_paper(kept_id)
    merge = Merge.objects.select_for_update(no_key=True).get(pk=merge.pk)
    if merge.kept_id != kept.pk:
        raise TryAgainError(f"Merge {merge.pk} moved to another paper.")
    if reason := why_not_undo(merge):
        raise UnmergeError(reason)
    snapshot = merge.snapshot
    is_changed = _restore_columns(kept, snapshot)
    restored = _restore_row(snapshot["merged"])
    if snapshot.get("typesetting") != TYPESETTING_VERSION:
        typeset_again([kept, restored])
    is_changed |= not _restore_composed_rows(snapshot["composed"])
    for item in snapshot["moved"]:
        _move_back(item, kept, restored)
    _move_proposals_back(snapshot["proposals"], kept, restored)
    _put_back(snapshot["set_aside"])
    rebuild_from_records([kept.pk] if is_changed else [])
    rebuild_from_records(_catalogue_changes_since(merge, [kept.pk, restored.pk]))
    merge.undone_by, merge.undone_at = undone_by, timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    index_papers([kept.pk, restored.pk])
    merge_undone.send(sender=Merge, kept=kept, restored=restored)
    kept.refresh_from_db()
    restored.refresh_from_db()
    note_in_history(kept, f"The merge of paper {restored.pk} was undone")
    note_in_history(restored, f"The merge into paper {kept.pk} was undone", is_new=True)
    return restored


def why_not_undo(merge: Merge) -> str:
    """Return the reason why a merge cannot be undone now, or "" when it can."""
    if merge.undone_at:
        return "This merge is already undone."
    later = (
        Merge.objects.filter(kept=merge.kept_id, undone_at=None, pk__gt=merge.pk)
        .order_by("-pk")
        .first()
    )
    if later:
        return (
            f"Paper {later.merged_number}, “{later.merged_title}”, was merged into the same paper "
            "later. Undo that merge first."
        )
    return ""


def _restore_columns(kept: Paper, snapshot: dict) -> bool:
    """Restore the columns of the kept row that the merge changed.

    Returns whether a composed column was changed since, so that the paper has to be composed again.
    """
    before, after, current = snapshot["kept"], snapshot["kept_after"], row_to_json(kept)
    row = row_from_json(Paper, before)
    columns = {
        column.attname: getattr(row, column.attname)
        for column in Paper._meta.concrete_fields
        if column.attname in before
        and current[column.attname] == after.get(column.attname) != before[column.attname]
    }
    taken_over = set(after["corrected_fields"]) - set(before["corrected_fields"])
    columns["corrected_fields"] = sorted(set(kept.corrected_fields) - taken_over)
    Paper.objects.filter(pk=kept.pk).update(**columns)
    kept.refresh_from_db()
    composed = [Paper._meta.get_field(name).attname for name in COMPOSED_FIELDS]
    return any(current[name] != after.get(name) for name in composed)


def _restore_row(values: Row) -> Paper:
    restored = row_from_json(Paper, values)
    if Paper.objects.filter(citation_key=restored.citation_key).exists():
        # A paper that was added since has this key.
        restored.citation_key = f"{restored.citation_key[:180]}-{restored.pk}"
    write_row(restored)
    return restored


def _move_back(item: dict, kept: Paper, restored: Paper) -> None:
    rows = _rows(item["model"])
    for start in range(0, len(item["rows"]), BATCH_SIZE):
        batch = rows.filter(pk__in=item["rows"][start : start + BATCH_SIZE])
        batch.filter(**{item["column"]: kept}).update(
            **{item["column"]: restored}, **item.get("before", {})
        )


def _move_proposals_back(proposal_ids: Iterable[int], kept: Paper, restored: Paper) -> None:
    for proposal in MergeProposal.objects.filter(pk__in=list(proposal_ids)):
        pair = {proposal.first_id, proposal.second_id}
        if kept.pk in pair:
            first, second = sorted([*(pair - {kept.pk}), restored.pk])
            MergeProposal.objects.filter(pk=proposal.pk).update(first=first, second=second)


def _put_back(items: list[dict]) -> None:
    """Restore rows that were set aside, unless the row they conflicted with was removed since."""
    by_model: dict[str, list[dict]] = {}
    for item in items:
        by_model.setdefault(item["model"], []).append(item)
    for label, group in by_model.items():
        model = _rows(label).model
        existing = {None, *present(model, [item["twin"] for item in group])}
        values = [item["row"] for item in group if item["twin"] in existing]
        for row in rows_from_json(model, values):
            write_row(row, is_new=True)


def _restore_composed_rows(changes: dict) -> bool:
    """Undo what composing did to rows; False when they were rewritten since."""
    is_whole = True
    for label, change in changes.items():
        rows = _rows(label)
        created = {row["id"]: row for row in change["after"]}
        current = {row.pk: row_to_json(row) for row in rows.filter(pk__in=list(created))}
        if current != created:
            is_whole = False
            continue
        before = {row["id"]: row for row in change["before"]}
        rows.filter(pk__in=set(created) - set(before)).delete()
        for values in before.values():
            write_row(row_from_json(rows.model, values))
    return is_whole


def _catalogue_changes_since(merge: Merge, paper_ids: list[int]) -> list[int]:
    """Return the papers for which a source sent a record after the merge."""
    records = SourceRecord.objects.filter(paper__in=paper_ids, fetched_at__gt=merge.created_at)
    return sorted(set(records.values_list("paper_id", flat=True)))


def _rows(label: str) -> QuerySet:
    return apps.get_model(label)._base_manager.all()

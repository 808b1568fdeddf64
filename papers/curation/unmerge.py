"""A merge that was wrong is undone: what moved goes back, what gave way returns.

Merges into one paper are undone in reverse order, so that each finds the rows as it left them.
What was added since stays with the paper that was kept.
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
    """The message says why, for the moderator."""


@transactional
def undo(merge: Merge, *, undone_by: AbstractBaseUser | None) -> Paper:
    """Put back the paper that went, and all that moved; what came since stays with the kept one.

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
    note_in_history(kept, f"Paper {restored.pk} is a paper of its own again")
    note_in_history(restored, f"Taken out of paper {kept.pk} again", is_new=True)
    return restored


def why_not_undo(merge: Merge) -> str:
    """Why a merge cannot be undone now, in words; "" when it can."""
    if merge.undone_at:
        return "This merge is undone already."
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
    """Give the kept row back what the merge changed in it; True when a composed column was changed
    since, which then has to be composed anew."""
    before, after, now = snapshot["kept"], snapshot["kept_after"], row_to_json(kept)
    row = row_from_json(Paper, before)
    columns = {
        column.attname: getattr(row, column.attname)
        for column in Paper._meta.concrete_fields
        if column.attname in before
        and now[column.attname] == after.get(column.attname) != before[column.attname]
    }
    taken_over = set(after["corrected_fields"]) - set(before["corrected_fields"])
    columns["corrected_fields"] = sorted(set(kept.corrected_fields) - taken_over)
    Paper.objects.filter(pk=kept.pk).update(**columns)
    kept.refresh_from_db()
    composed = [Paper._meta.get_field(name).attname for name in COMPOSED_FIELDS]
    return any(now[name] != after.get(name) for name in composed)


def _restore_row(values: Row) -> Paper:
    restored = row_from_json(Paper, values)
    if Paper.objects.filter(citation_key=restored.citation_key).exists():
        # A paper that was added since has it.
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


def _move_proposals_back(numbers: Iterable[int], kept: Paper, restored: Paper) -> None:
    for proposal in MergeProposal.objects.filter(pk__in=list(numbers)):
        pair = {proposal.first_id, proposal.second_id}
        if kept.pk in pair:
            first, second = sorted([*(pair - {kept.pk}), restored.pk])
            MergeProposal.objects.filter(pk=proposal.pk).update(first=first, second=second)


def _put_back(items: list[dict]) -> None:
    """Bring back rows that gave way, unless what was in their way has been taken back since."""
    by_model: dict[str, list[dict]] = {}
    for item in items:
        by_model.setdefault(item["model"], []).append(item)
    for label, group in by_model.items():
        model = _rows(label).model
        there = {None, *present(model, [item["twin"] for item in group])}
        values = [item["row"] for item in group if item["twin"] in there]
        for row in rows_from_json(model, values):
            write_row(row, is_new=True)


def _restore_composed_rows(changes: dict) -> bool:
    """Undo what composing did to rows; False when they were written anew since."""
    is_whole = True
    for label, change in changes.items():
        rows = _rows(label)
        created = {row["id"]: row for row in change["after"]}
        now = {row.pk: row_to_json(row) for row in rows.filter(pk__in=list(created))}
        if now != created:
            is_whole = False
            continue
        before = {row["id"]: row for row in change["before"]}
        rows.filter(pk__in=set(created) - set(before)).delete()
        for values in before.values():
            write_row(row_from_json(rows.model, values))
    return is_whole


def _catalogue_changes_since(merge: Merge, numbers: list[int]) -> list[int]:
    """Those papers of which a catalogue has told something after the merge."""
    records = SourceRecord.objects.filter(paper__in=numbers, fetched_at__gt=merge.created_at)
    return sorted(set(records.values_list("paper_id", flat=True)))


def _rows(label: str) -> QuerySet:
    return apps.get_model(label)._base_manager.all()

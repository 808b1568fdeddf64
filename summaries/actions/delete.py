"""Delete a summary, restore it within 30 days, and purge it after that."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from common.db.transactions import transactional
from summaries.editor.edit_conflicts import SummaryExistsError, existing_summary, locked
from summaries.events import summary_changed, summary_purged
from summaries.locks import lock_summary
from summaries.models import Summary
from summaries.querysets import UNDO_DAYS, SummaryQuerySet
from summaries.ranking import counters


@transactional
def delete_summary(*, summary_id: int, editor: User) -> None:
    """Delete a summary; the row is kept for 30 days so that it can be restored.

    Raises Summary.DoesNotExist when `editor` may not edit it.
    """
    summary = locked(summary_id, editor)
    summary.deleted_at = timezone.now()
    summary.save(update_fields=["deleted_at"])
    summary_changed.send(Summary, summary=summary)


@transactional
def restore(*, summary_id: int, editor: User) -> Summary:
    """Undo a deletion of the last 30 days; votes and comments are restored too.

    Raises SummaryExistsError when the author has written another summary of the paper in the
    meantime, Summary.DoesNotExist when it is purged, removed by moderators or not the editor's.
    """
    summary = lock_summary(summary_id, Summary.objects.deleted_by(editor))
    if not summary.came_by_merge and (existing := existing_summary(editor, summary.paper)):
        raise SummaryExistsError(existing)
    summary.deleted_at = None
    try:
        with transaction.atomic():
            summary.save(update_fields=["deleted_at"])
    except IntegrityError:
        # Another summary was created at the same time.
        existing = existing_summary(editor, summary.paper)
        if existing is None:
            raise
        raise SummaryExistsError(existing) from None
    summary_changed.send(Summary, summary=summary)
    return summary


def purge_deleted() -> int:
    """Delete the summaries that were deleted more than 30 days ago, with everything attached.

    A summary is kept while a post about it has yet to be removed. Returns how many were purged.
    """
    before = timezone.now() - datetime.timedelta(days=UNDO_DAYS)
    old = Summary.objects.filter(deleted_at__lt=before).exclude(announcements__deed="delete")
    return sum(_purge(pk, old) for pk in list(old.values_list("pk", flat=True)))


@transactional
def _purge(pk: int, old: SummaryQuerySet[Any, Any]) -> bool:
    try:
        # Checked again under the lock: it may have been restored.
        summary = lock_summary(pk, old)
    except Summary.DoesNotExist:
        return False
    summary_purged.send(Summary, summary=summary)
    paper_id = summary.paper_id
    summary.delete()
    counters.recount_paper(paper_id)
    return True

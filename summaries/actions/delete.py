"""Take a summary away, bring it back within 30 days, and delete for good what nobody brought back."""

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
    """Take a summary away; the row stays for 30 days, so that it can come back."""
    summary = locked(summary_id, editor)
    summary.deleted_at = timezone.now()
    summary.save(update_fields=["deleted_at"])
    summary_changed.send(Summary, summary=summary)


@transactional
def restore(*, summary_id: int, editor: User) -> Summary:
    """Undo a deletion of the last 30 days: everything is as it was, votes and comments too.

    Raises SummaryExistsError when the author has written another summary of the paper meanwhile,
    Summary.DoesNotExist when it is purged, removed by moderators or not the editor's.
    """
    summary = lock_summary(summary_id, Summary.objects.deleted_by(editor))
    if not summary.came_by_merge and (written := existing_summary(editor, summary.paper)):
        raise SummaryExistsError(written)
    summary.deleted_at = None
    try:
        with transaction.atomic():
            summary.save(update_fields=["deleted_at"])
    except IntegrityError:
        # Another one was begun at this very moment.
        written = existing_summary(editor, summary.paper)
        if written is None:
            raise
        raise SummaryExistsError(written) from None
    summary_changed.send(Summary, summary=summary)
    return summary


def purge_deleted() -> int:
    """Delete for good, with all that hangs on it, what was taken away more than 30 days ago.

    A summary waits while a post about it is still to be removed. Returns how many are gone.
    """
    before = timezone.now() - datetime.timedelta(days=UNDO_DAYS)
    old = Summary.objects.filter(deleted_at__lt=before).exclude(announcements__deed="delete")
    return sum(_purge(number, old) for number in list(old.values_list("pk", flat=True)))


@transactional
def _purge(number: int, old: SummaryQuerySet[Any, Any]) -> bool:
    try:
        # Asked again under the lock: it may have come back.
        summary = lock_summary(number, old)
    except Summary.DoesNotExist:
        return False
    summary_purged.send(Summary, summary=summary)
    paper_id = summary.paper_id
    summary.delete()
    counters.recount_paper(paper_id)
    return True

"""What moderators do to summaries and comments; lists and counts follow at once."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from summaries import standing
from summaries.announcing import outbox
from summaries.feeds import websub
from summaries.picturing import keeping
from summaries.models import Comment, Summary
from summaries.search import index_summaries


def hide(summaries: Iterable[Summary]) -> int:
    """Take published summaries out of sight; returns how many were."""
    return _set_state(summaries, old=Summary.State.PUBLISHED, new=Summary.State.HIDDEN)


def restore(summaries: Iterable[Summary]) -> int:
    """Show hidden summaries again; returns how many were hidden."""
    return _set_state(summaries, old=Summary.State.HIDDEN, new=Summary.State.PUBLISHED)


def remove_comments(comments: Iterable[Comment]) -> int:
    """Empty comments; answers to them stay."""
    count = 0
    with transaction.atomic():
        for comment in comments:
            comment.deleted_at = comment.deleted_at or timezone.now()
            comment.save(update_fields=["deleted_at"])
            standing.recount_comments(comment.summary)
            standing.recount_paper(comment.summary.paper_id)
            count += 1
    return count


def _set_state(summaries: Iterable[Summary], *, old: str, new: str) -> int:
    count = 0
    for number in [summary.pk for summary in summaries]:
        with transaction.atomic():
            summary = Summary.objects.select_for_update(of=("self",)).get(pk=number)
            if summary.state != old:
                continue
            summary.state = new
            summary.save(update_fields=["state"])
            standing.recount_paper(summary.paper_id)
            index_summaries([summary.pk])
            outbox.follow([summary])
            websub.after_change(summary)
            keeping.after_change(summary)
            count += 1
    return count

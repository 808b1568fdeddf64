"""Notify followers: in the transaction of the event, or by a worker where they may be many."""

from common.tasks import delay_on_commit
from following.models import Follow, PendingFanOut
from notifications.models import Notification
from notifications.notify import notify_all
from summaries.events import comment_published, summary_published
from summaries.models import Comment, Summary


def connect() -> None:
    """Connect the receivers to the events of summaries."""
    summary_published.connect(_queue_fan_out, dispatch_uid="following: queue the fan-out")
    comment_published.connect(_notify_followers, dispatch_uid="following: notify of a question")


def _queue_fan_out(summary: Summary, **kwargs) -> None:
    """Leave a row for the worker that notifies the followers and then deletes it."""
    PendingFanOut.objects.get_or_create(summary=summary)
    # Robust: without a broker the summary is still published, and the periodic task finds the row.
    delay_on_commit("following.tasks.fan_out_summary", summary.pk, robust=True)


def _notify_followers(comment: Comment, **kwargs) -> None:
    """Notify the followers of a paper of a new question, except its author."""
    if comment.paper_id is None or comment.parent_id is not None:
        return
    followers = Follow.objects.filter(paper=comment.paper_id).exclude(user=comment.author_id)
    notify_all(
        followers.values_list("user", flat=True),
        Notification.Kind.FOLLOWED,
        f"comment:{comment.pk}",
        comment=comment,
    )

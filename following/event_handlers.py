"""Followers hear of what happens, in its transaction or, where they may be many, by a worker."""

from common.tasks import delay_on_commit
from following.models import Follow, PendingFanOut
from notifications.models import Notification
from notifications.notify import notify_all
from summaries.events import comment_published, summary_published
from summaries.models import Comment, Summary


def connect() -> None:
    summary_published.connect(_queue_fan_out, dispatch_uid="following: queue the fan-out")
    comment_published.connect(_notify_followers, dispatch_uid="following: notify of a question")


def _queue_fan_out(summary: Summary, **kwargs) -> None:
    """A worker notifies the followers; the row stays until it has."""
    PendingFanOut.objects.get_or_create(summary=summary)
    # Robust: with no broker the summary is published all the same, and the sweep finds the row.
    delay_on_commit("following.tasks.fan_out_summary", summary.pk, robust=True)


def _notify_followers(comment: Comment, **kwargs) -> None:
    """Of a question: those who follow its paper, but for the person who asks it."""
    if comment.paper_id is None or comment.parent_id is not None:
        return
    followers = Follow.objects.filter(paper=comment.paper_id).exclude(user=comment.author_id)
    notify_all(
        followers.values_list("user", flat=True),
        Notification.Kind.FOLLOWED,
        f"comment:{comment.pk}",
        comment=comment,
    )

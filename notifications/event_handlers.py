"""Write notifications for events of summaries and papers, in their transaction.

A comment is one event: the author of a summary who is also mentioned in the comment gets one
notification.
"""

from notifications.models import Notification
from notifications.notify import notify, notify_all
from papers.events import correction_decided
from summaries.events import (
    comment_published,
    mentioned,
    suggestion_decided,
    suggestion_made,
)
from summaries.models import Comment

Kind = Notification.Kind


def connect() -> None:
    """Connect the receivers to the events of summaries and papers."""
    receivers = {
        comment_published: notify_of_comment,
        mentioned: notify_of_mention,
        suggestion_made: notify_of_suggestion,
        suggestion_decided: notify_of_decision,
        correction_decided: notify_of_correction,
    }
    for signal, receiver in receivers.items():
        signal.connect(receiver, dispatch_uid=f"notifications: {receiver.__name__}")


def notify_of_comment(comment, **kwargs) -> None:
    """Notify the author of the summary and the people in the same thread."""
    event = f"comment:{comment.pk}"
    summary = comment.summary
    if summary is not None and summary.author_id != comment.author_id:
        notify(summary.author, Kind.COMMENT, event, summary=summary, comment=comment)
    notify_all(_thread(comment), Kind.REPLY, event, summary=summary, comment=comment)


def notify_of_mention(comment, people, **kwargs) -> None:
    """Notify the people who are mentioned."""
    event = f"comment:{comment.pk}"
    # A mention takes precedence over a followed paper, and may be mailed sooner.
    already_notified = Notification.objects.filter(user__in=people, event=event, kind=Kind.FOLLOWED)
    already_notified.update(kind=Kind.MENTION)
    for person in people:
        notify(
            person,
            Kind.MENTION,
            event,
            summary=comment.summary,
            comment=comment,
        )


def notify_of_suggestion(suggestion, **kwargs) -> None:
    """Notify the author of a suggested edit."""
    summary = suggestion.summary
    event = f"suggestion:{suggestion.pk}"
    notify(summary.author, Kind.SUGGESTION, event, summary=summary, suggestion=suggestion)


def notify_of_decision(suggestion, **kwargs) -> None:
    """Notify the proposer of the decision on a suggested edit."""
    event = f"suggestion:{suggestion.pk}:decided"
    notify(
        suggestion.proposer,
        Kind.SUGGESTION,
        event,
        summary=suggestion.summary,
        suggestion=suggestion,
    )


def notify_of_correction(correction, **kwargs) -> None:
    """Notify the proposer of the decision on a correction, unless that is the same person."""
    if correction.proposed_by_id == correction.decided_by_id:
        return
    notify(
        correction.proposed_by,
        Kind.CORRECTION,
        f"correction:{correction.pk}",
        correction=correction,
        paper=correction.paper,
    )


def _thread(comment: Comment) -> set[int]:
    """Return who wrote the parent comment and its replies, without the comment's own author."""
    if comment.parent_id is None:
        return set()
    parents = Comment.objects.shown().filter(pk=comment.parent_id)
    replies = Comment.objects.shown().filter(parent=comment.parent_id)
    people = (parents | replies).values_list("author", flat=True)
    return set(people) - {None, comment.author_id}

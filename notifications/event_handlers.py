"""What happens to summaries and papers becomes notifications, in the transaction of the deed.

One comment is one event, whatever it is to somebody: who wrote the summary and is named in it
hears of it once.
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
    """The author of the summary, and those who speak in the same thread."""
    event = f"comment:{comment.pk}"
    summary = comment.summary
    if summary is not None and summary.author_id != comment.author_id:
        notify(summary.author, Kind.COMMENT, event, summary=summary, comment=comment)
    notify_all(_thread(comment), Kind.REPLY, event, summary=summary, comment=comment)


def notify_of_mention(comment, people, **kwargs) -> None:
    event = f"comment:{comment.pk}"
    # To be named is more than to follow the paper, and may be mailed sooner.
    heard = Notification.objects.filter(user__in=people, event=event, kind=Kind.FOLLOWED)
    heard.update(kind=Kind.MENTION)
    for person in people:
        notify(
            person,
            Kind.MENTION,
            event,
            summary=comment.summary,
            comment=comment,
        )


def notify_of_suggestion(suggestion, **kwargs) -> None:
    summary = suggestion.summary
    event = f"suggestion:{suggestion.pk}"
    notify(summary.author, Kind.SUGGESTION, event, summary=summary, suggestion=suggestion)


def notify_of_decision(suggestion, **kwargs) -> None:
    event = f"suggestion:{suggestion.pk}:decided"
    notify(
        suggestion.proposer,
        Kind.SUGGESTION,
        event,
        summary=suggestion.summary,
        suggestion=suggestion,
    )


def notify_of_correction(correction, **kwargs) -> None:
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
    """Who began what a comment answers, and who answered before; never its own author."""
    if comment.parent_id is None:
        return set()
    begun = Comment.objects.shown().filter(pk=comment.parent_id)
    answers = Comment.objects.shown().filter(parent=comment.parent_id)
    people = (begun | answers).values_list("author", flat=True)
    return set(people) - {None, comment.author_id}

"""Update posts on other services when summaries or their authors change."""

from accounts.models import User
from accounts.suspensions import person_suspended, suspension_lifted
from social import outbox
from summaries.events import summary_changed, summary_published
from summaries.models import Summary


def connect() -> None:
    """Register the listeners of this app."""
    summary_published.connect(_enqueue, dispatch_uid="social: enqueue posts")
    summary_changed.connect(_sync, dispatch_uid="social: bring posts in step")
    person_suspended.connect(_pause, dispatch_uid="social: pause posts")
    suspension_lifted.connect(_resume, dispatch_uid="social: resume posts")


def _enqueue(summary: Summary, **kwargs) -> None:
    outbox.enqueue_posts(summary)


def _sync(summary: Summary, **kwargs) -> None:
    if summary.published_at:
        outbox.sync_posts([summary])


def _pause(person: User, **kwargs) -> None:
    """Post nothing more that a suspended person has signed.

    Posts of anonymous summaries continue: pausing them would show who wrote them. A moderator who
    hides the summary stops its posts as well.
    """
    outbox.pause(Summary.objects.filter(author=person, is_anonymous=False))


def _resume(person: User, **kwargs) -> None:
    """Post what was paused, after moderators have ended a suspension early."""
    outbox.resume(Summary.objects.filter(author=person, is_anonymous=False))

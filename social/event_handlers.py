"""Posts on other services follow what happens to summaries and their authors."""

from accounts.models import User
from accounts.suspensions import person_suspended, suspension_lifted
from social import outbox
from summaries.events import summary_changed, summary_published
from summaries.models import Summary


def connect() -> None:
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
    """Nothing more is posted of what a suspended person has signed.

    Posts of unsigned summaries go on: that they stop would show who wrote them. A moderator who
    hides the summary stops its posts as well.
    """
    outbox.pause(Summary.objects.filter(author=person, is_anonymous=False))


def _resume(person: User, **kwargs) -> None:
    """Moderators have ended a suspension early: what was paused is posted after all."""
    outbox.resume(Summary.objects.filter(author=person, is_anonymous=False))

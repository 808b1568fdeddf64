"""People who can be reached by mail, and what happened to them."""

import itertools

from allauth.account.models import EmailAddress

from accounts.models import User
from notifications.models import Notification
from summaries.actions.comment import comment
from summaries.models import Summary
from tests.support.factories import make_summary, make_user

_numbers = itertools.count(1)


def make_reader(username: str = "", **fields: object) -> User:
    """A person with a confirmed main address."""
    person = make_user(username, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def notify(person: User, kind: str, **about: object) -> Notification:
    """A notification as `following` writes it; `at` sets it back."""
    at = about.pop("at", None)
    row, _ = Notification.objects.get_or_create(
        user=person,
        event=about.pop("event", f"test:{next(_numbers)}"),
        defaults={"kind": kind, **about},
    )
    if at:
        Notification.objects.filter(pk=row.pk).update(created_at=at)
        row.refresh_from_db()
    return row


def commented(person: User, *, summary: Summary | None = None, text: str = "Why?", **about):
    """A stranger comments on a summary of the person, who is told of it."""
    summary = summary or make_summary(author=person)
    written = comment(summary_id=summary.pk, author=about.pop("by", None) or make_user(), text=text)
    # What `following` told by itself is its own tests' business.
    Notification.objects.filter(user=person).exclude(event__startswith="test:").delete()
    return notify(
        person,
        Notification.Kind.COMMENT,
        event=f"test:comment:{written.pk}",
        summary=summary,
        comment=written,
        **about,
    )

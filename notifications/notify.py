"""Notify people of events, once for each event."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from notifications.models import Notification

BATCH_SIZE = 500


def notify(
    user: User | None,
    kind: str,
    event: str,
    *,
    summary=None,
    comment=None,
    suggestion=None,
    correction=None,
    paper=None,
    text: str = "",
) -> bool:
    """Notify one person of `event`, like "comment:12"; return whether a row was written.

    `text` is what to say beyond the kind, like a moderator's reason. Nothing is written without a
    person (the author of a kept summary may have left), for a closed account, or for an event that
    the person was notified of before. Mail needs no call: it looks for rows that were not mailed.
    """
    if user is None or not user.is_active:
        return False
    _, is_new = Notification.objects.get_or_create(
        user=user,
        event=event,
        defaults={
            "kind": kind,
            "summary": summary,
            "comment": comment,
            "suggestion": suggestion,
            "correction": correction,
            "paper": paper,
            "words": text[:500],
        },
    )
    return is_new


def notify_all(
    user_ids: Iterable[int],
    kind: str,
    event: str,
    *,
    summary=None,
    comment=None,
    paper=None,
    rests_on_name: bool = False,
) -> int:
    """Notify many people of one event in batches; return how many rows were written.

    Repeating it, also after a worker died in the middle, notifies nobody twice.
    """
    waiting = sorted(set(user_ids))
    count = 0
    for start in range(0, len(waiting), BATCH_SIZE):
        count += _notify_some(
            waiting[start : start + BATCH_SIZE],
            kind=kind,
            event=event,
            summary=summary,
            comment=comment,
            paper=paper,
            rests_on_name=rests_on_name,
        )
    return count


def _notify_some(user_ids: list[int], *, event: str, **about: object) -> int:
    """Notify one batch of people."""
    rows = Notification.objects.filter(user__in=user_ids, event=event)
    before = set(rows.values_list("user_id", flat=True))
    people = User.objects.filter(pk__in=set(user_ids) - before, is_active=True)
    Notification.objects.bulk_create(
        [
            Notification(user=person, event=event, created_at=timezone.now(), **about)
            for person in people.only("pk")
        ],
        # Another process may notify the same people at this moment.
        ignore_conflicts=True,
    )
    return rows.exclude(user__in=before).count()

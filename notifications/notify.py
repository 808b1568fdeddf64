"""Tell people of events, each event once."""

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
    words: str = "",
) -> bool:
    """Tell one person of `event`, like "comment:12"; False when there is nobody to tell it to or
    it was told before.

    `words` is what is to be said beyond the kind, like a moderator's reason. Nothing is told to
    nobody (the author of a kept summary may be gone) and to closed accounts. Mail needs no call:
    it looks for rows that were not mailed.
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
            "words": words[:500],
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
    """Tell many of one event, a few rows at a time; returns how many had not heard of it.

    Repeating it, also after a worker died in the middle, tells nobody twice.
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
    told = Notification.objects.filter(user__in=user_ids, event=event)
    before = set(told.values_list("user_id", flat=True))
    people = User.objects.filter(pk__in=set(user_ids) - before, is_active=True)
    Notification.objects.bulk_create(
        [
            Notification(user=person, event=event, created_at=timezone.now(), **about)
            for person in people.only("pk")
        ],
        # Another process may tell the same people at this moment.
        ignore_conflicts=True,
    )
    return told.exclude(user__in=before).count()

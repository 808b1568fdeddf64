"""What every page needs to know: what is followed, and how many notifications are unread."""

from functools import cache

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from following.models import Follow
from notifications.models import Notification

# The count beside the bell reads "99+" from here on.
MOST_COUNTED = 100


def following(request: HttpRequest) -> dict[str, object]:
    """Add `followed` and `unread_count`, each queried on first use.

    `followed` is a set of (kind, target), like {("venue", "12")}. Neither costs a query for readers
    who are signed out.
    """
    return {
        "followed": SimpleLazyObject(lambda: _followed_by(request)),
        "unread_count": cache(lambda: _count_unread(request)),
    }


def _followed_by(request: HttpRequest) -> frozenset[tuple[str, str]]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frozenset()
    return frozenset((row.kind, row.target_key) for row in Follow.objects.filter(user=user))


def _count_unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    # Only the newest are counted: people who never read them cost no more than others.
    newest = Notification.objects.filter(user=user).unread().order_by("-pk")[:MOST_COUNTED]
    visible = Notification.objects.visible_to(user).filter(pk__in=newest.values("pk"))
    return visible.order_by().count()

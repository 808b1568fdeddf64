"""What every page may ask: whether its subject is followed, and how many notifications wait."""

from functools import cache

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from following.models import Follow
from notifications.models import Notification

# The number beside the bell says "99+" beyond.
MOST_COUNTED = 100


def following(request: HttpRequest) -> dict[str, object]:
    """`followed`: {(kind, target)}, and `unread_count`; each is read when a page first asks, and
    not at all for readers who are signed out."""
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
    # Of the newest alone: who never reads them costs no more than others.
    newest = Notification.objects.filter(user=user).unread().order_by("-pk")[:MOST_COUNTED]
    visible = Notification.objects.visible_to(user).filter(pk__in=newest.values("pk"))
    return visible.order_by().count()

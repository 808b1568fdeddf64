"""A person's open sessions: where, since when, last seen; and how to end them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.signals import user_logged_in
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.user_agents import browser_in_words
from common.http.ratelimit import address_of

# Written that often at most: a page view must not cost a row each time.
SEEN_EVERY_SECONDS = 600
MARK = "is_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """One line of the list."""

    pk: int
    browser: str  # in words
    address: str  # the IP address of the last page
    began_at: datetime
    seen_at: datetime
    is_this: bool


def open_sessions(person: User, *, current_key: str) -> list[OpenSession]:
    """This session first, then the others, the last seen before; what has ended is forgotten."""
    rows = UserSession.objects.purge_and_list(person)
    rows.sort(key=lambda row: (row.session_key == current_key, row.last_seen_at), reverse=True)
    return [
        OpenSession(
            pk=row.pk,
            browser=browser_in_words(row.user_agent),
            address=row.ip,
            began_at=row.created_at,
            seen_at=row.last_seen_at,
            is_this=row.session_key == current_key,
        )
        for row in rows
    ]


def end_one(person: User, pk: int) -> bool:
    """False when it is not theirs or has ended already."""
    row = UserSession.objects.filter(user=person, pk=pk).first()
    if row is None:
        return False
    row.end()
    return True


def end_all(person: User, *, but_key: str = "") -> int:
    """End a person's sessions, all but one; returns how many were ended."""
    rows = list(UserSession.objects.filter(user=person).exclude(session_key=but_key or None))
    for row in rows:
        row.end()
    return len(rows)


@receiver(user_logged_in)
def _mark_session(request: HttpRequest, **kwargs) -> None:
    request.session[MARK] = True


class SessionActivityMiddleware:
    """Middleware: notes when and from where a listed session was used."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        response = self.get_response(request)
        key = request.session.session_key
        # Looked up only where a cookie came: who reads signed out has no session.
        if key and request.user.is_authenticated and request.session.get(MARK):
            _note_seen(key, address_of(request) or "::")
        return response


def _note_seen(key: str, address: str) -> None:
    if cache.add(f"seen:{key}", 1, timeout=SEEN_EVERY_SECONDS):
        UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now(), ip=address)

"""List a person's open sessions, and end them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.signals import user_logged_in
from allauth.usersessions.models import UserSession
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.user_agents import describe_browser

MARK = "is_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """One line of the list of sessions."""

    pk: int
    browser: str  # "Firefox on Linux"
    address: str  # the IP address of the last page
    began_at: datetime
    seen_at: datetime
    is_this: bool


def open_sessions(person: User, *, current_key: str) -> list[OpenSession]:
    """Return the open sessions, the current one first, then the most recently seen.

    Sessions that have expired are deleted.
    """
    rows = UserSession.objects.purge_and_list(person)
    rows.sort(key=lambda row: (row.session_key == current_key, row.last_seen_at), reverse=True)
    return [
        OpenSession(
            pk=row.pk,
            browser=describe_browser(row.user_agent),
            address=row.ip,
            began_at=row.created_at,
            seen_at=row.last_seen_at,
            is_this=row.session_key == current_key,
        )
        for row in rows
    ]


def end_one(person: User, pk: int) -> bool:
    """End one session; return False if it is not the person's or has ended already."""
    row = UserSession.objects.filter(user=person, pk=pk).first()
    if row is None:
        return False
    row.end()
    return True


def end_all(person: User, *, but_key: str = "") -> int:
    """End a person's sessions except the one with `but_key`; return how many were ended."""
    rows = list(UserSession.objects.filter(user=person).exclude(session_key=but_key or None))
    for row in rows:
        row.end()
    return len(rows)


@receiver(user_logged_in)
def _mark_session(request: HttpRequest, **kwargs) -> None:
    request.session[MARK] = True

"""Record when and from where a session was last used."""

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from accounts.sessions import MARK
from common.http.ratelimit import client_ip

# The interval between two writes: a page view must not cost one each time.
SEEN_EVERY_SECONDS = 600


class SessionActivityMiddleware:
    """Record when and from where a session was last used."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        response = self.get_response(request)
        key = request.session.session_key
        # Checked only if a cookie was sent: readers who are signed out have no session.
        if key and request.user.is_authenticated and request.session.get(MARK):
            _note_seen(key, client_ip(request) or "::")
        return response


def _note_seen(key: str, address: str) -> None:
    if cache.add(f"seen:{key}", 1, timeout=SEEN_EVERY_SECONDS):
        UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now(), ip=address)

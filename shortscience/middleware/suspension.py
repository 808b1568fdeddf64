"""Sign out people whose account is suspended."""

from django.contrib.auth import logout
from django.http import HttpRequest

from accounts.suspensions import is_suspended


class SuspensionMiddleware:
    """Middleware: a session that is not listed, or that began by another way, is no way in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        user = request.user
        # Looked up only where a cookie came: who reads signed out costs no query.
        if request.session.session_key and user.is_authenticated and is_suspended(user):
            logout(request)
        return self.get_response(request)

"""Sign out suspended people."""

from django.contrib.auth import logout
from django.http import HttpRequest

from accounts.suspensions import is_suspended


class SuspensionMiddleware:
    """Sign out a suspended person whose session was not ended, however it began."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        user = request.user
        # Checked only if a cookie was sent: readers who are signed out cost no query.
        if request.session.session_key and user.is_authenticated and is_suspended(user):
            logout(request)
        return self.get_response(request)

"""Refuse posts from blocked addresses."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.blocklists import is_blocked_address
from common.http.ratelimit import client_ip

# Open to everyone: signing in and out, unsubscribing, looking up papers, display preferences.
FREE_TO_ALL = re.compile(
    r"/(account/(login|logout|2fa/authenticate|password/reset)|theme|language|unsubscribe/|mail/stop/|anymail/|admin/|api/v1/lookup)"
)


class BlocklistMiddleware:
    """Refuse sign-ups and posts from blocked networks, and show the text that was typed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_post = request.method == "POST" and not FREE_TO_ALL.match(request.path)
        if is_post and is_blocked_address(client_ip(request)) and not request.user.is_staff:
            context = {"kept": request.POST.get("text", ""), "contact": settings.CONTACT_EMAIL}
            return render(request, "accounts/blocked.html", context, status=403)
        return self.get_response(request)

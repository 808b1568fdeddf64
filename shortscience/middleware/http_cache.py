"""Cache headers for pages that are the same for every reader.

Browsers revalidate on each visit, and a 304 costs no transfer; proxies may keep a page for a
minute. So hidden texts disappear with the next visit. Pages for someone who is signed in, or at a
secret address, are never shared.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag

PROXIES_KEEP_SECONDS = 60
# Signing in, moderation, settings, and summaries with a secret link.
NOT_FOR_ALL = ("/account/", "/admin/", "/settings", "/s/")


class HttpCacheMiddleware:
    """Set Cache-Control, Vary and ETag, and answer conditional requests."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not _is_page(request, response):
            return response
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if not _is_for_all(request, response):
            response["Cache-Control"] = "private, no-cache"
            return response
        response["Cache-Control"] = f"public, max-age=0, s-maxage={PROXIES_KEEP_SECONDS}"
        set_response_etag(response)
        return get_conditional_response(request, etag=response.get("ETag"), response=response)


def _is_page(request: HttpRequest, response: HttpResponse) -> bool:
    """Return whether this is an HTML page whose view did not set Cache-Control."""
    return (
        request.method in {"GET", "HEAD"}
        and response.status_code in {200, 203}
        and not response.streaming
        and not response.has_header("Cache-Control")
        and response.get("Content-Type", "").startswith("text/html")
    )


def _is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not response.cookies
        and not request.path.startswith(NOT_FOR_ALL)
    )

"""Show a page for a GET of an address that accepts only POST.

Reloading or a bookmark can lead there, and Django's own 405 response has no content.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from shortscience.web.health import page_not_found

FOR_MACHINES = ("/api/", "/anymail/")


class MethodNotAllowedMiddleware:
    """Replace an empty 405 response to a GET by the page for unknown addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.streaming:
            return response
        if response.content or request.path.startswith(FOR_MACHINES):
            return response
        page = page_not_found(request, Http404())
        page.status_code = response.status_code
        page["Allow"] = response["Allow"]
        return page

"""Addresses of deeds answer a GET with 405 and nothing else: somebody who comes there by reloading
or by a bookmark sees a page with ways on instead."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from shortscience.web.health import page_not_found

FOR_MACHINES = ("/api/", "/anymail/")


class MethodNotAllowedMiddleware:
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

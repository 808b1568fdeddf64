"""Remove NUL characters from requests: PostgreSQL does not store them and raises an error.

They come with text pasted from a broken file, or from attackers.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

NUL = "\x00"


class StripNulMiddleware:
    """Remove NUL from path, query and form; it must come after the form is parsed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path = request.path.replace(NUL, "")
        request.path_info = request.path_info.replace(NUL, "")
        request.GET = _without(request.GET)
        if request.method == "POST":
            request.POST = _without(request.POST)
        return self.get_response(request)


def _without(parameters: QueryDict) -> QueryDict:
    if not any(NUL in text for name, values in parameters.lists() for text in [name, *values]):
        return parameters
    clean = QueryDict(mutable=True, encoding=parameters.encoding)
    for name, values in parameters.lists():
        clean.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    return clean

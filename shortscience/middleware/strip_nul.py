"""No view ever meets a NUL character: PostgreSQL stores none, and asked for one it gives an error.

Nobody types one; it comes with what was pasted out of a broken file, or from somebody who tries.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

NUL = "\x00"


class StripNulMiddleware:
    """Takes it out of the path, the question and the form; stands where forms are read already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path = request.path.replace(NUL, "")
        request.path_info = request.path_info.replace(NUL, "")
        request.GET = _without(request.GET)
        if request.method == "POST":
            request.POST = _without(request.POST)
        return self.get_response(request)


def _without(asked: QueryDict) -> QueryDict:
    if not any(NUL in told for name, values in asked.lists() for told in [name, *values]):
        return asked
    clean = QueryDict(mutable=True, encoding=asked.encoding)
    for name, values in asked.lists():
        clean.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    return clean

"""Show a text again that was posted to an address that no longer exists."""

from django.http import Http404, HttpRequest, HttpResponse

from summaries.views.login_required import return_typed_text


class PreserveFormTextMiddleware:
    """Show the text of a form whose address has gone, so that it can be copied.

    It is listed before MergedPaperRedirectMiddleware, whose `process_exception` therefore runs
    first: a merged paper still receives the text.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_gone = isinstance(exception, Http404) and request.user.is_authenticated
        if not is_gone or not request.POST.get("text", "").strip():
            return None
        return return_typed_text(request, status=404)

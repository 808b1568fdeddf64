"""Give a text back that was sent to a place that is gone."""

from django.http import Http404, HttpRequest, HttpResponse

from summaries.views.login_required import return_typed_text


class PreserveFormTextMiddleware:
    """A text that was sent to a place that is gone comes back to be copied.

    Stands before MergedPaperRedirectMiddleware, which is asked first then: a paper that moved takes the text.
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

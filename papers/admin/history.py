"""Records whose changes are kept, with a page of what they were."""

from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from common.admin import RestrictedLookupsMixin
from common.text.integers import parse_positive_int


class HistoryAdmin(RestrictedLookupsMixin, SimpleHistoryAdmin):
    """The library asks the database for whatever stands in the address, also for no number."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        _must_be_numbers(object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict | None = None,
    ) -> HttpResponse:
        _must_be_numbers(object_id, version_id)
        return super().history_form_view(request, object_id, version_id, extra_context)


def _must_be_numbers(*parts: str) -> None:
    if any(parse_positive_int(str(part), most_digits=18) is None for part in parts):
        raise Http404

"""The admin of records with a history of their changes."""

from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin

from common.admin import RestrictedLookupsMixin
from common.text.integers import parse_positive_int


class HistoryAdmin(RestrictedLookupsMixin, SimpleHistoryAdmin):
    """A SimpleHistoryAdmin that answers 404 when a part of the URL is not a primary key.

    The library passes any text of the URL to the database, which raises an error.
    """

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

"""Redirect every address of a merged paper to the paper it became part of."""

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from papers.curation.merge import merged_into


class MergedPaperRedirectMiddleware:
    """An address with the number of a paper that was merged leads to the same address of the one
    that it became part of: every address below paper/<number>, also those still to come."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # Not found as a rule; the other two when the merge took place while the view worked.
        is_gone = isinstance(exception, Http404 | ObjectDoesNotExist | IntegrityError)
        if not is_gone or not request.path.startswith("/paper/"):
            return None
        match = request.resolver_match
        kept = merged_into(match.kwargs["pk"]) if "pk" in match.kwargs else None
        if kept is None:
            return None
        if match.url_name in {"paper", "paper-number"}:
            address = kept.get_absolute_url()
        else:
            address = reverse(match.view_name, kwargs={**match.captured_kwargs, "pk": kept.pk})
        if query := request.META.get("QUERY_STRING"):
            address = f"{address}?{query}"
        # 308 sends a form again as it was: a text that was begun before the merge is not lost.
        is_form = request.method not in {"GET", "HEAD"}
        response = HttpResponsePermanentRedirect(address, preserve_request=is_form)
        # Browsers keep such an answer for ever, but a merge can be undone.
        patch_cache_control(response, no_cache=True)
        return response

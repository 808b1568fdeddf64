"""Redirect the addresses of a merged paper to the paper that it was merged into."""

from collections.abc import Callable

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from papers.curation.merge import merged_into


class MergedPaperRedirectMiddleware:
    """Redirect every address below paper/<pk> of a paper that was merged.

    This includes views that are added later, since it acts on the exception of a missing paper.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # Usually Http404; the other two when the merge happened while the view was running.
        is_gone = isinstance(exception, Http404 | ObjectDoesNotExist | IntegrityError)
        if not is_gone or not request.path.startswith("/paper/"):
            return None
        match = request.resolver_match
        target = merged_into(match.kwargs["pk"]) if "pk" in match.kwargs else None
        if target is None:
            return None
        if match.url_name in {"paper", "paper-number"}:
            address = target.get_absolute_url()
        else:
            address = reverse(match.view_name, kwargs={**match.captured_kwargs, "pk": target.pk})
        if query := request.META.get("QUERY_STRING"):
            address = f"{address}?{query}"
        # 308 makes the browser repeat the POST: a text begun before the merge is not lost.
        is_form = request.method not in {"GET", "HEAD"}
        response = HttpResponsePermanentRedirect(address, preserve_request=is_form)
        # Browsers would store the redirect permanently, but a merge can be undone.
        patch_cache_control(response, no_cache=True)
        return response

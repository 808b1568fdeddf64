"""Suggestions of papers while somebody writes `\\cite{`."""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shortscience.lib.ratelimit import allow
from summaries.completing import complete

COMPLETIONS_PER_MINUTE = 180


@require_safe
@never_cache
def cite(request: HttpRequest) -> JsonResponse:
    """?q= what stands in the braces so far: {"papers": [{"key", "title", "reference", …}]}."""
    if not request.user.is_authenticated:
        return JsonResponse({"problem": _("You are signed out.")}, status=401)
    wait_seconds = allow(f"cite:{request.user.pk}", COMPLETIONS_PER_MINUTE, 60)
    if wait_seconds:
        problem = _("That was quick. Suggestions come back in %(seconds)s seconds.") % {
            "seconds": wait_seconds
        }
        return JsonResponse({"problem": problem}, status=429)
    choices = complete(request.GET.get("q", ""))
    return JsonResponse({"papers": [asdict(choice) for choice in choices]})

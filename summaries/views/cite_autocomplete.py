"""Suggestions of papers while somebody writes `\\cite{`."""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.http.json_errors import error_body
from common.http.ratelimit import allow, too_many_message, too_many_requests
from common.text.plurals import counted
from summaries.editor.cite_autocomplete import Choice, complete

COMPLETIONS_PER_MINUTE = 180


@require_safe
@never_cache
def cite(request: HttpRequest) -> JsonResponse:
    """?q= what stands in the braces so far: {"papers": [{"key", "title", "reference", …}], "message"}."""
    if not request.user.is_authenticated:
        return JsonResponse(error_body(_("You are signed out.")), status=401)
    wait_seconds = allow(f"cite:{request.user.pk}", COMPLETIONS_PER_MINUTE, 60)
    if wait_seconds:
        answer = JsonResponse(error_body(too_many_message(wait_seconds)))
        return too_many_requests(wait_seconds, answer)
    choices = complete(request.GET.get("q", ""))
    papers = [{**asdict(choice), "summaries": _summaries(choice)} for choice in choices]
    message = _message(len(papers))
    # `told` is what the scripts of pages read that were open during an upgrade.
    return JsonResponse({"papers": papers, "message": message, "told": message})


def _summaries(choice: Choice) -> str:
    return counted(choice.summary_count, "summaries") if choice.summary_count else ""


def _message(count: int) -> str:
    """What a screen reader says when the list opens."""
    if not count:
        return _("No matching papers.")
    words = ngettext(
        "%(count)s paper. Use the arrow keys to choose, Enter to cite.",
        "%(count)s papers. Use the arrow keys to choose, Enter to cite.",
        count,
    )
    return words % {"count": count}

r"""Suggested papers while somebody types `\cite{`."""

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.http.json_errors import error_body
from common.http.ratelimit import hit, too_many_message, too_many_requests
from common.text.plurals import pluralize_count
from summaries.editor.cite_autocomplete import Choice, complete

COMPLETIONS_PER_MINUTE = 180


@require_safe
@never_cache
def cite(request: HttpRequest) -> JsonResponse:
    """Return {"papers": [{"key", "title", "reference", ...}], "message"} for ?q=, what is typed.

    "message" is read out by screen readers; 401 and 429: {"error"}.
    """
    if not request.user.is_authenticated:
        return JsonResponse(error_body(_("You are signed out.")), status=401)
    wait_seconds = hit(f"cite:{request.user.pk}", COMPLETIONS_PER_MINUTE, 60)
    if wait_seconds:
        answer = JsonResponse(error_body(too_many_message(wait_seconds)))
        return too_many_requests(wait_seconds, answer)
    choices = complete(request.GET.get("q", ""))
    papers = [{**asdict(choice), "summaries": _summaries(choice)} for choice in choices]
    message = _message(len(papers))
    # The scripts of pages that were open during an upgrade read `told`.
    return JsonResponse({"papers": papers, "message": message, "told": message})


def _summaries(choice: Choice) -> str:
    return pluralize_count(choice.summary_count, "summaries") if choice.summary_count else ""


def _message(count: int) -> str:
    """Return the message that a screen reader reads when the list opens."""
    if not count:
        return _("No matching papers.")
    message = ngettext(
        "%(count)s paper. Use the arrow keys to choose, Enter to cite.",
        "%(count)s papers. Use the arrow keys to choose, Enter to cite.",
        count,
    )
    return message % {"count": count}

"""Votes: a form that works alone, a fragment for the script, JSON for programs."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from common.http.ratelimit import address_of, allow, too_many_message, too_many_requests
from summaries.actions.vote import VoteNotAllowedError, cast_vote
from summaries.forms import VoteForm
from summaries.models import Summary
from summaries.views.login_required import signed_in

VOTES_PER_MINUTE = 30
VOTES_PER_DAY = 500
# A seminar behind one address may vote together; a hundred accounts of one person may not.
VOTES_PER_HOUR_AND_ADDRESS = 600


@require_POST
@signed_in("summary")
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    summary = get_object_or_404(
        Summary.objects.visible_to(request.user).select_related("author", "paper"), pk=pk
    )
    form = VoteForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("value must be 1, 0 or -1")
    wait_seconds = _wait_seconds(request)
    if wait_seconds:
        answer = _answer(request, summary, too_many_message(wait_seconds))
        return too_many_requests(wait_seconds, answer)
    try:
        cast_vote(summary_id=pk, voter=request.user, value=form.cleaned_data["value"])
    except VoteNotAllowedError as error:
        return _answer(request, summary, str(error), status=403)
    return _answer(request, summary)


def _wait_seconds(request: HttpRequest) -> int:
    """Limits of the account and of the address; each deed is counted in all of them."""
    return max(
        allow(f"vote:{request.user.pk}", VOTES_PER_MINUTE, 60),
        allow(f"vote-day:{request.user.pk}", VOTES_PER_DAY, 86_400),
        allow(f"vote-from:{address_of(request)}", VOTES_PER_HOUR_AND_ADDRESS, 3600),
    )


def _answer(
    request: HttpRequest, summary: Summary, refused: str = "", status: int = 200
) -> HttpResponse:
    shown = (
        Summary.objects.filter(pk=summary.pk)
        .select_related("author", "paper")
        .with_vote_of(request.user)
        .get()
    )
    if "application/json" in request.headers.get("Accept", ""):
        answer = {"score": shown.score, "value": shown.my_vote or 0, "error": refused}
        return JsonResponse(answer, status=status)
    if request.headers.get("HX-Request") == "true":  # From static/js/vote.js.
        context = {"summary": shown, "refused": refused}
        return render(request, "components/vote.html", context, status=status)
    if refused:
        context = {"summary": shown, "paper": shown.paper, "refused": refused}
        return render(request, "summaries/vote_refused.html", context, status=status)
    page = summary.paper if summary.is_public else summary
    response = redirect(f"{page.get_absolute_url()}#{summary.anchor}")
    response.status_code = 303
    return response

"""Votes: a form that needs no JavaScript, a fragment for the script, JSON for programs."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from common.http.ratelimit import client_ip, hit, too_many_message, too_many_requests
from summaries.actions.vote import VoteNotAllowedError, cast_vote
from summaries.forms import VoteForm
from summaries.models import Summary
from summaries.views.login_required import login_required_keeping_text

VOTES_PER_MINUTE = 30
VOTES_PER_DAY = 500
# A class behind one IP address can vote; one person with a hundred accounts cannot.
VOTES_PER_HOUR_AND_ADDRESS = 600


@require_POST
@login_required_keeping_text("summary")
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Vote on a summary: POST value=1 or -1, or 0 to withdraw the vote."""
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
    """Check the limits of the account and of the IP address; all count every request."""
    return max(
        hit(f"vote:{request.user.pk}", VOTES_PER_MINUTE, 60),
        hit(f"vote-day:{request.user.pk}", VOTES_PER_DAY, 86_400),
        hit(f"vote-from:{client_ip(request)}", VOTES_PER_HOUR_AND_ADDRESS, 3600),
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

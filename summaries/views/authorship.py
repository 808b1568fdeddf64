"""Members claim to be an author of a paper, or withdraw the claim."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.http.ratelimit import hit, too_many_message
from common.http.redirects import redirect_back
from papers.models import Paper
from summaries.actions import claim_authorship
from summaries.views.login_required import login_required_keeping_text

CLAIMS_PER_HOUR = 30


@require_POST
@login_required_keeping_text("paper-number")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the claim (POST value=1) or withdraw it (value=0), and return to the paper."""
    value = request.POST.get("value")
    if value not in {"0", "1"}:
        return HttpResponseBadRequest("value must be 1 or 0")
    paper = get_object_or_404(Paper, pk=pk)
    wait_seconds = hit(f"claim:{request.user.pk}", CLAIMS_PER_HOUR, 3600)
    if wait_seconds:
        messages.error(request, too_many_message(wait_seconds))
    elif value == "0":
        claim_authorship.take_back(paper_id=pk, user=request.user)
        messages.success(request, _("Withdrawn. You are no longer shown as an author."))
    else:
        try:
            claim_authorship.claim(paper_id=pk, user=request.user)
            messages.success(
                request,
                _("Your signed summaries and comments here now show that you are an author."),
            )
        except claim_authorship.ClaimNotAllowedError as error:
            messages.error(request, str(error))
    return redirect_back(request, paper.get_absolute_url())

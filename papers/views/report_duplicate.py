"""The page on which members report duplicates."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.http.ratelimit import hit, too_many_message, too_many_requests
from papers.forms.merging import ReportDuplicateForm
from papers.importing import duplicates
from papers.models import Decision, MergeProposal, Paper

PROPOSALS_PER_HOUR = 30


@require_http_methods(["GET", "HEAD", "POST"])
def report_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a duplicate of a paper; ?other= fills in the identifier of the other one."""
    paper = get_object_or_404(Paper.objects.for_lists(), pk=pk)
    if request.method != "POST":
        if not request.user.is_authenticated:
            here = reverse("paper-report-duplicate", args=[pk])
            return redirect(f"{reverse(settings.LOGIN_URL)}?next={here}")
        other = request.GET.get("other", "")[:500]
        return _page(request, paper, ReportDuplicateForm(paper=paper, initial={"other": other}))
    form = ReportDuplicateForm(request.POST, paper=paper)
    if not request.user.is_authenticated:
        problem = _("You are signed out. Copy what you typed, sign in, and submit it again.")
        return _page(request, paper, form, problem=problem, status=403)
    wait_seconds = hit(f"same-as:{request.user.pk}", PROPOSALS_PER_HOUR, 3600)
    if wait_seconds:
        page = _page(request, paper, form, problem=too_many_message(wait_seconds))
        return too_many_requests(wait_seconds, page)
    if not form.is_valid():
        return _page(request, paper, form, status=422)
    return _propose(request, paper, form)


def _propose(request: HttpRequest, paper: Paper, form: ReportDuplicateForm) -> HttpResponse:
    other, note = form.cleaned_data["paper"], form.cleaned_data["note"].strip()
    try:
        is_new = duplicates.propose_by_member(
            paper=paper, other=other, note=note, member=request.user
        )
    except duplicates.AlreadyDecidedError:
        form.add_error(
            "note",
            _(
                "Moderators decided that these are two different papers. If you know more, "
                "explain it here and submit it again."
            ),
        )
        return _page(request, paper, form, status=409)
    thanks = (
        _("Thank you. A moderator will review both.")
        if is_new
        else _("This is waiting for a moderator.")
    )
    until_then = _("Until then, both pages stay as they are.")
    messages.success(request, f"{thanks} {until_then}")
    if request.user.is_staff and request.user.has_perm("papers.change_mergeproposal"):
        first, second = sorted([paper.pk, other.pk])
        proposal = MergeProposal.objects.get(first=first, second=second)
        return redirect("admin:papers_mergeproposal_change", proposal.pk)
    return redirect(paper)


def _page(
    request: HttpRequest,
    paper: Paper,
    form: ReportDuplicateForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    states = duplicates.states_of(paper)
    chosen = form.data.get("choice", "")
    context = {
        "paper": paper,
        "form": form,
        "problem": problem,
        "candidates": [
            {
                "paper": other,
                "is_chosen": str(other.pk) == chosen,
                "is_waiting": states.get(other.pk) == Decision.WAITING,
                "is_declined": states.get(other.pk) == Decision.DECLINED,
            }
            for other in duplicates.candidates(paper)
        ],
    }
    return render(request, "papers/report_duplicate.html", context, status=status)

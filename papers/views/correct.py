"""The page on which members correct a paper, and the public history of its record."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.http.ratelimit import hit, too_many_message, too_many_requests
from papers.curation import corrections
from papers.curation.history import changes_of, sources_of
from papers.forms.correcting import CorrectionForm
from papers.links import identifier_url
from papers.models import Correction, Identifier, Paper

CORRECTIONS_PER_HOUR = 30
OWN_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record as a form; a member's changes wait for a moderator."""
    paper = get_object_or_404(Paper.objects.for_lists(), pk=pk)
    if request.method != "POST":
        if not request.user.is_authenticated:
            here = reverse("paper-correct", args=[pk])
            return redirect(f"{reverse(settings.LOGIN_URL)}?next={here}")
        return _page(request, paper, CorrectionForm(paper=paper))
    form = CorrectionForm(request.POST, paper=paper)
    if not request.user.is_authenticated:
        problem = _("You are signed out. Copy what you typed, sign in, and submit it again.")
        return _page(request, paper, form, problem=problem, status=403)
    wait_seconds = hit(f"correct:{request.user.pk}", CORRECTIONS_PER_HOUR, 3600)
    if wait_seconds:
        page = _page(request, paper, form, problem=too_many_message(wait_seconds))
        return too_many_requests(wait_seconds, page)
    if not form.is_valid():
        return _page(request, paper, form, status=422)
    return _keep(request, paper, form)


def _keep(request: HttpRequest, paper: Paper, form: CorrectionForm) -> HttpResponse:
    proposed = {field: new for field, (_now, new) in form.changes.items()}
    note = form.cleaned_data["note"]
    if request.POST.get("action") == "save" and _may_save(request):
        corrections.correct(paper=paper, proposed=proposed, moderator=request.user, note=note)
        messages.success(request, _("Saved. Imports will no longer change these fields."))
        return redirect(Paper.objects.get(pk=paper.pk))
    corrections.propose(paper=paper, proposed=proposed, member=request.user, note=note)
    messages.success(
        request, _("Thank you. A moderator will review it. You'll see the outcome here.")
    )
    return redirect("paper-correct", pk=paper.pk)


def _may_save(request: HttpRequest) -> bool:
    return request.user.has_perm("papers.change_paper")


def _page(
    request: HttpRequest,
    paper: Paper,
    form: CorrectionForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    own = Correction.objects.none()
    if request.user.is_authenticated:
        own = Correction.objects.filter(paper=paper, proposed_by=request.user)[:OWN_SHOWN]
    context = {
        "paper": paper,
        "form": form,
        "problem": problem,
        "may_save": _may_save(request),
        "own": [{"correction": item, "lines": corrections.lines_of(item)} for item in own],
    }
    return render(request, "papers/correct.html", context, status=status)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the identifiers and sources of a record, and its corrections."""
    paper = get_object_or_404(Paper.objects.for_lists(), pk=pk)
    corrected = set(paper.corrected_fields)
    order = Identifier.Scheme.values
    names = sorted(paper.identifiers.all(), key=lambda name: order.index(name.scheme))
    context = {
        "paper": paper,
        "names": [{"identifier": name, "url": identifier_url(name)} for name in names],
        "merges": paper.merges.filter(undone_at=None),
        "sources": sources_of(paper),
        "corrected": [label for field, label in corrections.LABELS.items() if field in corrected],
        "changes": changes_of(paper),
    }
    return render(request, "papers/history.html", context)

"""The page of one case: the text, its author, and its reports."""

from django.http import Http404, HttpRequest

from common.text.integers import parse_positive_int
from moderation import actions
from moderation import case_context as dossiers
from moderation.admin.labels import heading_of, reasons
from moderation.models import Case


def case_or_404(pk: int | str) -> Case:
    """Return a readable case; raise Http404 for any other value."""
    case_id = parse_positive_int(str(pk), most_digits=18)
    cases = Case.objects.readable().select_related(
        *("summary__paper", "summary__author", "comment__paper", "comment__author"),
        *("comment__summary__paper", "taken_by"),
    )
    case = cases.filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


def case_context(request: HttpRequest, case: Case) -> dict[str, object]:
    """Return the template context of the page."""
    return {
        "title": heading_of(case),
        "case": case,
        "text": case.text,
        "paper": case.text.paper or case.text.summary.paper,
        "author": dossiers.author_of(case),
        "links": dossiers.links_of(case),
        "steps": dossiers.history_of(case),
        "reports": case.reports.select_related("reporter").order_by("-created_at", "-pk"),
        "open_count": case.reports.filter(settled_at=None).count(),
        "acts": case.actions.select_related("moderator"),
        "edited_since": case.was_edited_since(case.text),
        "choices": actions.CHOICES,
        "days": actions.SUSPENSION_DAYS,
        "reasons": reasons(),
        "back": request.POST.get("back", request.GET.get("back", "")),
        "may_act": request.user.has_perm("moderation.act_on_case"),
        "may_suspend": request.user.has_perm("moderation.suspend_author"),
        "may_open": request.user.has_perm("moderation.open_author"),
        "is_own": case.text.author_id == request.user.pk,
    }

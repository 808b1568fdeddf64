"""The page for reporting a text. It works without JavaScript and without an account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.http.ratelimit import client_ip, hit, too_many_message, too_many_requests
from moderation import reporting
from moderation.forms import ReportForm
from moderation.reasons import OF_REPORTS
from summaries.models import Comment, Summary

PER_DAY = 20
# For one address, and for all addresses together, so that a flood from many addresses is limited
# too.
UNSIGNED_PER_DAY, ALL_UNSIGNED_PER_HOUR = 5, 60
DAY, HOUR = 24 * 3600, 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a summary."""
    public = Summary.objects.published().select_related("paper", "author")
    return _report(request, get_object_or_404(public, pk=pk), _("Report a summary"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a comment or a question."""
    public = Comment.objects.published().select_related("paper", "summary__paper", "author")
    text = get_object_or_404(public, pk=pk)
    title = _("Report a question") if text.paper_id else _("Report a comment")
    return _report(request, text, title)


def _report(request: HttpRequest, text: Summary | Comment, title: str) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    context = {
        "title": title,
        "text": text,
        "paper": text.paper or text.summary.paper,
        "is_own": person is not None and text.author_id == person.pk,
        "has_reported": person is not None and reporting.has_reported(text, person),
        "reasons": [(reason.value, reason.label, hint) for reason, hint in OF_REPORTS.items()],
        "form": ReportForm(),
    }
    if request.method != "POST" or context["is_own"] or context["has_reported"]:
        return render(request, "moderation/report.html", context)
    form = context["form"] = ReportForm(request.POST)
    if not form.is_valid():
        return render(request, "moderation/report.html", context, status=422)
    wait_seconds = _count(request, text)
    if wait_seconds:
        context["problem"] = too_many_message(wait_seconds)
        return too_many_requests(wait_seconds, render(request, "moderation/report.html", context))
    reporting.report(
        text=text,
        reporter=person,
        reason=form.cleaned_data["reason"],
        details=form.cleaned_data["details"],
    )
    return render(request, "moderation/reported.html", context)


def _count(request: HttpRequest, text: Summary | Comment) -> int:
    """Count the report; return the seconds to wait, 0 within the limits."""
    if request.user.is_authenticated:
        return hit(f"report:{request.user.pk}", PER_DAY, DAY)
    address = client_ip(request)
    kind = type(text).__name__
    return (
        hit(f"report-of:{kind}:{text.pk}:{address}", 1, DAY)
        or hit(f"report:{address}", UNSIGNED_PER_DAY, DAY)
        or hit("report:unsigned", ALL_UNSIGNED_PER_HOUR, HOUR)
    )

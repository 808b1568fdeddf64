"""Delete a summary, and restore it within 30 days."""

import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.http.ratelimit import hit, too_many_message, too_many_requests
from summaries.actions import delete as withdrawing
from summaries.editor import preview
from summaries.editor.edit_conflicts import SummaryExistsError
from summaries.models import Summary
from summaries.querysets import UNDO_DAYS
from summaries.views.login_required import login_required_keeping_text

RETURNS_PER_HOUR = 60


@require_POST
@login_required_keeping_text("summary")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own summary, and show the page where it can be restored."""
    get_object_or_404(Summary.objects.editable_by(request.user), pk=pk)
    withdrawing.delete_summary(summary_id=pk, editor=request.user)
    # That page confirms it, beside the button that undoes it.
    return redirect("summary-restore", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required_keeping_text()
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a deleted summary to its author; POST restores it."""
    deleted = Summary.objects.deleted_by(request.user).select_related("paper__venue")
    summary = deleted.filter(pk=pk).first()
    if summary is None:
        # Already restored in another tab.
        return redirect(get_object_or_404(Summary.objects.editable_by(request.user), pk=pk))
    if request.method != "POST":
        return _page(request, summary)
    wait_seconds = hit(f"restore:{request.user.pk}", RETURNS_PER_HOUR, 3600)
    if wait_seconds:
        page = _page(request, summary, problem=too_many_message(wait_seconds))
        return too_many_requests(wait_seconds, page)
    try:
        restored = withdrawing.restore(summary_id=pk, editor=request.user)
    except SummaryExistsError as error:
        return _page(request, summary, in_the_way=error.summary, status=409)
    messages.success(request, _("Your summary was restored."))
    return redirect(restored)


def _end(summary: Summary) -> datetime.datetime:
    return summary.deleted_at + datetime.timedelta(days=UNDO_DAYS)


def _page(
    request: HttpRequest,
    summary: Summary,
    *,
    problem: str = "",
    in_the_way: Summary | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "summary": summary,
        "paper": summary.paper,
        "until": _end(summary),
        "unreadable": preview.render_unsaved_draft(summary),
        "problem": problem,
        "in_the_way": in_the_way,
    }
    return render(request, "summaries/deleted.html", context, status=status)

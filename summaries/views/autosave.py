"""Requests of the editor's script: saving drafts, and the state of the session."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.http.json_errors import error_body
from common.http.ratelimit import hit, too_many_message, too_many_requests
from papers.models import Paper
from papers.sources.json_values import parse_json
from summaries.editor import drafts
from summaries.editor.edit_conflicts import EditConflictError, SummaryExistsError, unseen_versions
from summaries.forms import DraftForm
from summaries.models import Summary
from summaries.rendering import TextRefusedError
from summaries.views.login_required import login_required_keeping_text

DRAFTS_PER_MINUTE = 40
SIGNED_OUT = gettext_lazy("You are signed out.")


@require_POST
def save(request: HttpRequest, pk: int) -> JsonResponse:
    """Save what is being typed, sent as a form or as JSON; readers see no change.

    200: {"saved_at", "summary", "edit_url", "based_on", "draft_count"}, the counts for the next
    request. 409: {"error", "others": [{"name", "text"}]}, with the current counts. 401, 410, 422
    and 429: {"error"}.
    """
    if not request.user.is_authenticated:
        return JsonResponse(error_body(SIGNED_OUT), status=401)
    paper = get_object_or_404(Paper, pk=pk)
    form = DraftForm(_sent(request), newest_version=paper.arxiv_version)
    if not form.is_valid():
        return JsonResponse(error_body(form.faults), status=422)
    wait_seconds = hit(f"draft:{request.user.pk}", DRAFTS_PER_MINUTE, 60)
    if wait_seconds:
        payload = error_body(too_many_message(wait_seconds), wait_seconds=wait_seconds)
        return too_many_requests(wait_seconds, JsonResponse(payload))
    cleaned = form.cleaned_data
    try:
        summary = drafts.autosave(
            paper=paper,
            author=request.user,
            text=cleaned["text"],
            note=cleaned["note"],
            based_on=cleaned["based_on"] or None,
            summary_id=cleaned["summary"],
            draft_count=cleaned["draft_count"] or 0,
        )
    except EditConflictError as error:
        return _conflict(error.current, form)
    except Summary.DoesNotExist:
        return JsonResponse(error_body(_deletion_reason(request, cleaned["summary"])), status=410)
    except (TextRefusedError, SummaryExistsError) as error:
        return JsonResponse(error_body(str(error)), status=422)
    drafts.remember_choices(summary, **form.choices)
    return JsonResponse({"saved_at": timezone.now().isoformat(), **_counts(summary)})


def _deletion_reason(request: HttpRequest, pk: int | None) -> str:
    """Return the problem for a summary that may not be edited, the author's or not."""
    if Summary.objects.removed_from(request.user).filter(pk=pk).exists():
        problem = _("Moderators have removed your summary.")
    elif Summary.objects.visible_to(request.user).filter(author=request.user, pk=pk).exists():
        problem = _("Moderators have hidden your summary.")
    else:
        return _("This summary no longer exists.")
    return f"{problem} {_('The reason is in your notifications. Copy your text.')}"


def _sent(request: HttpRequest) -> dict[str, object]:
    if request.content_type != "application/json":
        return request.POST
    try:
        payload = parse_json(request.body)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}


def _counts(summary: Summary) -> dict[str, object]:
    draft = drafts.draft_of(summary)
    return {
        "summary": summary.pk,
        "edit_url": reverse("summary-edit", args=[summary.pk]),
        "based_on": summary.save_count,
        "draft_count": draft.save_count if draft else 0,
    }


def _conflict(current: Summary, form: DraftForm) -> JsonResponse:
    unseen = unseen_versions(
        current,
        text=form.cleaned_data["text"],
        based_on=form.cleaned_data["based_on"] or 0,
        draft=drafts.draft_of(current),
        draft_count=form.cleaned_data["draft_count"] or 0,
    )
    problem = _("Another tab or device saved a different text.")
    texts = [{"name": other.name, "text": other.text} for other in unseen]
    return JsonResponse(error_body(problem, others=texts, **_counts(current)), status=409)


@require_POST
@login_required_keeping_text("summary-edit")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the unpublished change of the summary `pk`."""
    summary = get_object_or_404(Summary.objects.editable_by(request.user), pk=pk)
    drafts.discard_draft(summary_id=summary.pk, author=request.user)
    messages.success(request, _("Draft discarded. The published text is unchanged."))
    return redirect("summary-edit", pk=pk)


@require_safe
@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Return {"user", "name", "token"}, or {"user": None} when signed out.

    `user` is the primary key, `token` the CSRF token; pages that are open for long ask for it.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"user": None})
    user = request.user
    return JsonResponse({"user": user.pk, "name": user.display_name, "token": get_token(request)})


@require_safe
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """Show the page after signing in again; the text is in another tab."""
    return render(request, "summaries/back_to_editor.html")

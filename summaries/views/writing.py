"""Write, preview, edit and take back a summary."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from papers.models import Paper
from shortscience.lib.ratelimit import allow
from summaries import publishing
from summaries.forms import TEMPLATE, SummaryForm, number_in, plain_newlines
from summaries.models import Summary
from summaries.rendering import TextRefused

SAVES_PER_HOUR = 120
PREVIEWS_PER_MINUTE = 120


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A first summary of a paper; whoever has one already edits it instead."""
    paper = get_object_or_404(Paper.objects.for_lists(), pk=pk)
    written = Summary.objects.editable_by(request.user).filter(paper=paper).first()
    if request.method != "POST":
        if written:
            return redirect("summary-edit", pk=written.pk)
        return _desk(request, paper, text=TEMPLATE if _is_first_visit(request.user) else "")
    form = SummaryForm(request.POST)
    problem = _problem(request, form)
    if problem or form.cleaned_data["action"] == "preview":
        return _desk(request, paper, form=form, problem=problem)
    try:
        summary = publishing.publish(
            paper=paper,
            author=request.user,
            text=form.cleaned_data["text"],
            note=form.cleaned_data["note"],
            state=form.state,
            is_anonymous=form.is_anonymous,
        )
    except TextRefused as error:
        return _desk(request, paper, form=form, problem=str(error))
    except publishing.AlreadyWritten as error:
        return _conflict(request, form, error.summary)
    return _saved(request, summary)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """?revision=N fills the form with an older text, to restore it."""
    summary = get_object_or_404(
        Summary.objects.editable_by(request.user).select_related("paper__venue"), pk=pk
    )
    if request.method != "POST":
        number = number_in(request.GET.get("revision", ""))
        older = summary.revisions.filter(number=number).first() if number else None
        return _desk(
            request,
            summary.paper,
            summary=summary,
            text=older.text if older else summary.text,
            note=f"Restored revision {older.number}" if older else "",
        )
    form = SummaryForm(request.POST)
    problem = _problem(request, form)
    if problem or form.cleaned_data["action"] == "preview":
        return _desk(request, summary.paper, summary=summary, form=form, problem=problem)
    try:
        revised = publishing.revise(
            summary_id=summary.pk,
            editor=request.user,
            text=form.cleaned_data["text"],
            note=form.cleaned_data["note"],
            state=form.state,
            is_anonymous=form.is_anonymous,
            based_on=form.cleaned_data["based_on"] or 0,
        )
    except TextRefused as error:
        return _desk(request, summary.paper, summary=summary, form=form, problem=str(error))
    except publishing.EditConflict as error:
        return _conflict(request, form, error.current)
    return _saved(request, revised)


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    summary = get_object_or_404(
        Summary.objects.editable_by(request.user).select_related("paper"), pk=pk
    )
    publishing.withdraw(summary_id=summary.pk, editor=request.user)
    messages.success(request, "Your summary is gone. We keep it for 30 days; write to us to undo.")
    return redirect(summary.paper)


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """What publishing would show, as a fragment; `summary` is the number of an existing one."""
    if allow(f"preview:{request.user.pk}", PREVIEWS_PER_MINUTE, 60):
        return HttpResponse("That was quick. The preview comes back in a minute.", status=429)
    context = _preview(request.POST.get("text", ""), request.POST.get("summary", ""))
    status = 422 if "refused" in context else 200
    return render(request, "summaries/_preview.html", context, status=status)


def _preview(text: str, number: str) -> dict[str, object]:
    prefix = f"s{number_in(number)}-" if number_in(number) else "new-"
    try:
        rendered = publishing.preview(plain_newlines(text), prefix=prefix)
    except TextRefused as error:
        return {"refused": str(error)}
    return {"rendered": rendered}


def _problem(request: HttpRequest, form: SummaryForm) -> str:
    """Why the form cannot be saved as it is, in words; "" when it can."""
    if not form.is_valid():
        return " ".join(error for errors in form.errors.values() for error in errors)
    if form.cleaned_data["action"] == "preview":
        return ""
    wait_seconds = allow(f"save:{request.user.pk}", SAVES_PER_HOUR, 3600)
    if wait_seconds:
        return f"That was quick. You can save again in {wait_seconds} seconds."
    is_public = form.state == Summary.State.PUBLISHED
    if is_public and settings.VERIFY_EMAIL and not request.user.is_verified:
        return (
            "Confirm your e-mail address before you publish: we sent you a link. "
            "Until then, save this as a draft."
        )
    return ""


def _desk(
    request: HttpRequest,
    paper: Paper,
    *,
    summary: Summary | None = None,
    form: SummaryForm | None = None,
    text: str = "",
    note: str = "",
    problem: str = "",
) -> HttpResponse:
    """The writing page; with a form, what was typed comes back as it was."""
    data = form.data if form else {}
    text = data.get("text", text)
    context = {
        "paper": paper,
        "summary": summary,
        "text": text,
        "note": data.get("note", note),
        "signed": data.get("signed")
        or ("anonymous" if summary and summary.is_anonymous else "name"),
        "readers": data.get("readers")
        or ("me" if summary and summary.state == "private" else "everyone"),
        "based_on": data.get("based_on") or (summary.save_count if summary else 0),
        "problem": problem,
        "can_save_draft": summary is None or summary.state in {"draft", "private"},
        **(_preview(text, str(summary.pk) if summary else "") if text.strip() else {}),
    }
    return render(request, "summaries/write.html", context, status=422 if problem else 200)


def _conflict(request: HttpRequest, form: SummaryForm, current: Summary) -> HttpResponse:
    """Both texts, the writer's on top and untouched; saving again goes over the other one."""
    context = {
        "summary": current,
        "paper": current.paper,
        "text": form.cleaned_data["text"],
        "note": form.cleaned_data["note"],
        "signed": form.cleaned_data["signed"],
        "readers": form.cleaned_data["readers"],
    }
    return render(request, "summaries/conflict.html", context, status=409)


def _saved(request: HttpRequest, summary: Summary) -> HttpResponse:
    said = {
        Summary.State.DRAFT: "Draft saved. Only you can see it.",
        Summary.State.PRIVATE: "Saved for you alone.",
        Summary.State.PUBLISHED: "Published.",
    }
    messages.success(request, said[Summary.State(summary.state)])
    return redirect(summary)


def _is_first_visit(user) -> bool:
    return not user.summaries.exists()

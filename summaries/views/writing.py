"""Write, preview, edit and take back a summary."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from papers.links import notice_url, versions_of
from papers.models import Paper
from shortscience.lib.ratelimit import allow
from summaries import publishing
from summaries.forms import TEMPLATE, SummaryForm, number_in, plain_newlines
from summaries.models import Summary
from summaries.rendering import TextRefused
from summaries.views.signed_in import signed_in

SAVES_PER_HOUR = 120
PREVIEWS_PER_MINUTE = 120
TOO_MANY_PREVIEWS = "That was quick. The preview comes back in a minute."
NOT_VERIFIED = (
    "Confirm your e-mail address before you publish: we sent you a link. "
    "Until then, save this as a draft."
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in()
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A first summary of a paper; whoever has one already edits it instead."""
    paper = get_object_or_404(Paper.objects.for_lists().prefetch_related("versions"), pk=pk)
    if request.method != "POST":
        written = Summary.objects.visible_to(request.user).filter(paper=paper, author=request.user)
        for summary in written:
            is_hidden = summary.state == Summary.State.HIDDEN
            return redirect("summary" if is_hidden else "summary-edit", pk=summary.pk)
        return _desk(request, paper, text=TEMPLATE if _is_first_visit(request.user) else "")
    form = SummaryForm(request.POST, newest_version=paper.arxiv_version)
    problem, status = _problem(request, form)
    if problem or form.cleaned_data["action"] == "preview":
        return _desk(request, paper, form=form, problem=problem, status=status)
    try:
        summary = publishing.publish(
            paper=paper,
            author=request.user,
            text=form.cleaned_data["text"],
            note=form.cleaned_data["note"],
            state=form.state,
            is_anonymous=form.is_anonymous,
            paper_version=form.cleaned_data["version"],
        )
    except TextRefused as error:
        return _desk(request, paper, form=form, problem=str(error))
    except publishing.AlreadyWritten as error:
        if error.summary.state == Summary.State.HIDDEN:
            problem = "Moderators have hidden your summary of this paper; write to us about it."
            return _desk(request, paper, form=form, problem=problem)
        return _conflict(request, form, error.summary)
    return _saved(request, summary)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """?revision=N fills the form with an older text, to restore it."""
    summary = get_object_or_404(
        Summary.objects.editable_by(request.user)
        .select_related("paper__venue")
        .prefetch_related("paper__identifiers", "paper__versions"),
        pk=pk,
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
    form = SummaryForm(request.POST, newest_version=summary.paper.arxiv_version)
    problem, status = _problem(request, form)
    if problem or form.cleaned_data["action"] == "preview":
        return _desk(
            request, summary.paper, summary=summary, form=form, problem=problem, status=status
        )
    try:
        revised = publishing.revise(
            summary_id=summary.pk,
            editor=request.user,
            text=form.cleaned_data["text"],
            note=form.cleaned_data["note"],
            state=form.state,
            is_anonymous=form.is_anonymous,
            paper_version=form.cleaned_data["version"],
            based_on=form.cleaned_data["based_on"] or 0,
        )
    except TextRefused as error:
        return _desk(request, summary.paper, summary=summary, form=form, problem=str(error))
    except publishing.EditConflict as error:
        return _conflict(request, form, error.current)
    return _saved(request, revised)


@require_POST
@signed_in("summary")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    summary = get_object_or_404(
        Summary.objects.editable_by(request.user).select_related("paper"), pk=pk
    )
    publishing.withdraw(summary_id=summary.pk, editor=request.user)
    messages.success(request, "Your summary is gone. We keep it for 30 days; write to us to undo.")
    return redirect(summary.paper)


@require_POST
@signed_in("home")
def preview(request: HttpRequest) -> HttpResponse:
    """What publishing would show, as a fragment; `summary` is the number of an existing one."""
    if _wait_for_preview(request):
        return HttpResponse(TOO_MANY_PREVIEWS, status=429)
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


def _wait_for_preview(request: HttpRequest) -> int:
    return allow(f"preview:{request.user.pk}", PREVIEWS_PER_MINUTE, 60)


def _problem(request: HttpRequest, form: SummaryForm) -> tuple[str, int]:
    """Why the form cannot be saved as it is, in words, and the status; ("", 200) when it can."""
    if not form.is_valid():
        return form.faults, 422
    if form.cleaned_data["action"] == "preview":
        return "", 200
    wait_seconds = allow(f"save:{request.user.pk}", SAVES_PER_HOUR, 3600)
    if wait_seconds:
        return f"That was quick. You can save again in {wait_seconds} seconds.", 429
    is_public = form.state == Summary.State.PUBLISHED
    if is_public and settings.VERIFY_EMAIL and not request.user.is_verified:
        return NOT_VERIFIED, 422
    return "", 200


def _desk(
    request: HttpRequest,
    paper: Paper,
    *,
    summary: Summary | None = None,
    form: SummaryForm | None = None,
    text: str = "",
    note: str = "",
    problem: str = "",
    status: int = 422,
) -> HttpResponse:
    """The writing page; with a form, what was typed comes back as it was.

    `status` is that of a page with a `problem`. Rendering costs most here, so it has a limit.
    """
    data = form.data if form else {}
    text = data.get("text", text)
    is_limited = bool(text.strip() and _wait_for_preview(request))
    if is_limited and form and not problem:
        problem, status = TOO_MANY_PREVIEWS, 429
    context = {
        "paper": paper,
        "summary": summary,
        "text": text,
        "note": data.get("note", note),
        "signed": data.get("signed")
        or ("anonymous" if summary and summary.is_anonymous else "name"),
        "readers": data.get("readers")
        or ("me" if summary and summary.state == "private" else "everyone"),
        "versions": versions_of(paper),
        "version": number_in(data["version"]) if "version" in data else _version(paper, summary),
        "notice_url": notice_url(paper),
        "based_on": data.get("based_on") or (summary.save_count if summary else 0),
        "problem": problem,
        "can_save_draft": summary is None or summary.state in {"draft", "private"},
        "is_unsaved": form is not None,
    }
    if text.strip() and not is_limited:
        context |= _preview(text, str(summary.pk) if summary else "")
    return render(request, "summaries/write.html", context, status=status if problem else 200)


def _conflict(request: HttpRequest, form: SummaryForm, current: Summary) -> HttpResponse:
    """Both texts, the writer's on top and untouched; saving again goes over the other one.

    A draft stays one, but does not take back what another tab has published.
    """
    is_draft = form.state == Summary.State.DRAFT and not current.is_public
    context = {
        "summary": current,
        "paper": current.paper,
        "text": form.cleaned_data["text"],
        "note": form.cleaned_data["note"],
        "signed": form.cleaned_data["signed"],
        "readers": form.cleaned_data["readers"],
        "version": form.cleaned_data["version"],
        "action": "draft" if is_draft else "publish",
    }
    return render(request, "summaries/conflict.html", context, status=409)


def _saved(request: HttpRequest, summary: Summary) -> HttpResponse:
    said = {
        Summary.State.DRAFT: "Draft saved. Only you can see it.",
        Summary.State.PRIVATE: "Saved for you alone.",
        Summary.State.PUBLISHED: "Published.",
    }
    # The tag tells the script that the copy in the browser is not needed any more.
    messages.success(request, said[Summary.State(summary.state)], extra_tags="text-saved")
    return redirect(summary)


def _version(paper: Paper, summary: Summary | None) -> int | None:
    """The version of the paper that the form begins with; None when nobody knows."""
    return summary.paper_version if summary else paper.arxiv_version


def _is_first_visit(user) -> bool:
    return not user.summaries.exists()

"""Write, preview and edit a summary."""

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.files import StorageFullError
from common.http.ratelimit import come_back_later, hit, too_many_requests
from common.text.integers import parse_positive_int
from papers.models import Paper
from summaries.actions import publish
from summaries.editor import drafts
from summaries.editor.edit_conflicts import (
    EditConflictError,
    SummaryExistsError,
    UnseenVersion,
    unseen_versions,
)
from summaries.forms import TEMPLATE, SummaryForm
from summaries.media.image_processing import ImageRefusedError
from summaries.media.images import image_url
from summaries.models import Draft, Summary
from summaries.rendering import RendererBusyError, TextRefusedError
from summaries.views.editor_page import (
    first_choices,
    preview_of,
    show_conflict,
    show_editor,
    show_texts,
    wait_for_preview,
)
from summaries.views.image_upload import TooManyImagesError, no_room, take_in
from summaries.views.login_required import (
    login_required_keeping_text,
    removed_summary,
    return_typed_text,
)

log = logging.getLogger(__name__)

SAVES_PER_HOUR = 120
SHOWS_EDITOR = {"preview", "image"}
HIDDEN = gettext_lazy(
    "Moderators have hidden your summary of this paper. Contact us if you have questions."
)
DELETED = gettext_lazy("You deleted this summary. Restore it first. Your text is kept here.")
NOT_VERIFIED = gettext_lazy(
    "Confirm your e-mail address before you publish. We sent you a link. Until "
    "then, save your text as a draft."
)
SAID = {
    Summary.State.DRAFT: gettext_lazy("Draft saved. Only you can see it."),
    Summary.State.PRIVATE: gettext_lazy("Saved. Only you can see it."),
    Summary.State.UNLISTED: gettext_lazy("Saved. Anyone with the secret link can read it."),
    Summary.State.WAITING: gettext_lazy(
        "Saved. A moderator will review it before it appears. We review first texts "
        "with links from new accounts."
    ),
    Summary.State.PUBLISHED: gettext_lazy("Published."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required_keeping_text()
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the first summary of a paper; authors who have one are redirected to edit it."""
    paper = get_object_or_404(Paper.objects.for_lists().prefetch_related("versions"), pk=pk)
    own = Summary.objects.visible_to(request.user).filter(paper=paper, author=request.user)
    summary = own.order_by("came_by_merge", "pk").first()
    if request.method != "POST":
        if summary:
            is_hidden = summary.state == Summary.State.HIDDEN
            return redirect("summary" if is_hidden else "summary-edit", pk=summary.pk)
        deleted = (
            Summary.objects.deleted_by(request.user).filter(paper=paper).order_by("-pk").first()
        )
        text = TEMPLATE if _is_first_visit(request.user) else ""
        return show_editor(request, paper, deleted=deleted, text=text)
    form = SummaryForm(request.POST, newest_version=paper.arxiv_version)
    refusal = _refusal(request, form)
    if refusal or form.cleaned_data["action"] in SHOWS_EDITOR:
        return show_editor(request, paper, form=form, **refusal)
    try:
        # With `based_on`, the page has autosaved a draft, which is continued here.
        if summary and summary.state != Summary.State.HIDDEN and form.cleaned_data["based_on"]:
            return _change(request, summary, form)
        return _begin(request, paper, form)
    except TextRefusedError as error:
        return show_editor(request, paper, form=form, **_why(error))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required_keeping_text()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a summary; ?revision=N fills the form with an older text, to restore it."""
    summary = (
        Summary.objects.editable_by(request.user)
        .select_related("paper__venue")
        .prefetch_related("paper__identifiers", "paper__versions")
        .filter(pk=pk)
        .first()
    )
    if summary is None:
        return _no_longer_open(request, pk)
    draft = drafts.draft_of(summary)
    if request.method != "POST":
        return _open(request, summary, draft)
    form = SummaryForm(request.POST, newest_version=summary.paper.arxiv_version)
    refusal = _refusal(request, form)
    desk = {"summary": summary, "draft": draft, "form": form}
    if refusal or form.cleaned_data["action"] in SHOWS_EDITOR:
        return show_editor(request, summary.paper, **desk, **refusal)
    try:
        return _change(request, summary, form)
    except TextRefusedError as error:
        return show_editor(request, summary.paper, **desk, **_why(error))


def _no_longer_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer for one's own summary that was hidden, removed or deleted.

    That may have happened while its text was being edited, so the typed text is shown again.
    """
    visible = Summary.objects.visible_to(request.user).filter(author=request.user, pk=pk)
    hidden = visible.select_related("paper").first()
    deleted = None
    if hidden is None:
        if removed := removed_summary(request, pk):
            return return_typed_text(request, own=removed)
        own = Summary.objects.deleted_by(request.user).select_related("paper")
        deleted = get_object_or_404(own, pk=pk)
    summary = hidden or deleted
    if request.method != "POST":
        return redirect(summary)
    form = SummaryForm(request.POST, newest_version=summary.paper.arxiv_version)
    desk = {"summary": summary, "deleted": deleted, "form": form}
    problem = DELETED if deleted else HIDDEN
    return show_editor(request, summary.paper, **desk, problem=problem, status=409)


def _open(request: HttpRequest, summary: Summary, draft: Draft | None) -> HttpResponse:
    """Show the editor with a text to continue from.

    That is the revision in the query string, else the draft, else the saved text. A draft of an older
    version is shown beside the saved text.
    """
    revision_number = parse_positive_int(request.GET.get("revision", ""))
    revision = summary.revisions.filter(number=revision_number).first() if revision_number else None
    if revision:
        note = _("Restored revision %(number)s") % {"number": revision.number}
        desk = {"text": revision.text, "note": note}
    elif draft and draft.based_on != summary.save_count:
        chosen = first_choices(summary.paper, summary, draft, text=draft.text, note=draft.note)
        saved = UnseenVersion(_("Saved since you started this draft"), summary.text)
        return show_texts(request, summary, [saved], {**chosen, "action": "publish"})
    elif draft:
        desk = {"text": draft.text, "note": draft.note}
    else:
        desk = {"text": summary.text}
    return show_editor(request, summary.paper, summary=summary, draft=draft, **desk)


def _begin(request: HttpRequest, paper: Paper, form: SummaryForm) -> HttpResponse:
    """Save a first text; raises TextRefusedError."""
    choices = {name: value for name, value in form.choices.items() if value is not None}
    try:
        summary = publish.publish(
            paper=paper,
            author=request.user,
            text=form.cleaned_data["text"],
            note=form.cleaned_data["note"],
            state=form.state,
            **choices,
        )
    except SummaryExistsError as error:
        current = error.summary
        if current.state == Summary.State.HIDDEN:
            return show_editor(request, paper, form=form, problem=HIDDEN)
        if current.state == Summary.State.DRAFT and current.text == form.cleaned_data["text"]:
            # The draft that this page has just autosaved, before it got the response.
            return _change(request, current, form)
        saved = UnseenVersion(_("Saved in the meantime"), current.text)
        return show_conflict(request, form, current, [saved])
    return _saved(request, summary)


def _change(request: HttpRequest, summary: Summary, form: SummaryForm) -> HttpResponse:
    """Save the changed text of a summary, or show both on a conflict; raises TextRefusedError."""
    text, draft = form.cleaned_data["text"], drafts.draft_of(summary)
    unseen = unseen_versions(
        summary,
        text=text,
        based_on=form.cleaned_data["based_on"] or 0,
        draft=draft,
        draft_count=form.cleaned_data["draft_count"],
    )
    if unseen:
        return show_conflict(request, form, summary, unseen)
    try:
        if form.state == Summary.State.DRAFT and summary.state not in Summary.OWN_EYES:
            return _keep_draft(request, summary, form)
        revised = publish.revise(
            summary_id=summary.pk,
            editor=request.user,
            text=text,
            note=form.cleaned_data["note"],
            state=form.state,
            based_on=summary.save_count,
            **form.choices,
        )
    except EditConflictError as error:
        saved = UnseenVersion(_("Saved in the meantime"), error.current.text)
        return show_conflict(request, form, error.current, [saved])
    return _saved(request, revised)


def _keep_draft(request: HttpRequest, summary: Summary, form: SummaryForm) -> HttpResponse:
    """Save a change as a draft; readers see the summary unchanged."""
    drafts.autosave(
        paper=summary.paper,
        author=request.user,
        text=form.cleaned_data["text"],
        note=form.cleaned_data["note"],
        based_on=summary.save_count,
        summary_id=summary.pk,
    )
    message = _("Draft saved. Readers see the published text until you publish this draft.")
    messages.success(request, message, extra_tags="text-saved")
    return redirect("summary-edit", pk=summary.pk)


@require_POST
@login_required_keeping_text("home")
def preview(request: HttpRequest) -> HttpResponse:
    """Render the typed text as a fragment.

    `summary` in the form is the primary key of an existing one.
    """
    if wait_seconds := wait_for_preview(request):
        return too_many_requests(wait_seconds)
    context = preview_of(request.POST.get("text", ""), request.POST.get("summary", ""))
    status = 422 if "refused" in context else 200
    page = render(request, "summaries/_preview.html", context, status=status)
    return come_back_later(page) if context.get("is_busy") else page


def _why(error: TextRefusedError) -> dict[str, Any]:
    """Return what `show_editor` is told about a text that was not rendered."""
    return {"problem": str(error), "is_busy": isinstance(error, RendererBusyError)}


def _refusal(request: HttpRequest, form: SummaryForm) -> dict[str, Any]:
    """Return why the form cannot be saved, as keywords of `show_editor`; {} when it can."""
    if not form.is_valid():
        return {"problem": form.faults}
    action = form.cleaned_data["action"]
    if action == "preview":
        return {}
    if action == "image":
        return _add_picture(request, form)
    wait_seconds = hit(f"save:{request.user.pk}", SAVES_PER_HOUR, 3600)
    if wait_seconds:
        return {"wait_seconds": wait_seconds}
    is_seen = form.state in Summary.SEEN
    if is_seen and settings.VERIFY_EMAIL and not request.user.is_verified:
        return {"problem": NOT_VERIFIED}
    return {}


def _add_picture(request: HttpRequest, form: SummaryForm) -> dict[str, Any]:
    """Append the uploaded image to the text, for forms without JavaScript."""
    try:
        image = take_in(request)
    except TooManyImagesError as error:
        return {"wait_seconds": error.wait_seconds}
    except ImageRefusedError as error:
        return {"problem": str(error)}
    except StorageFullError:
        log.exception("An uploaded image could not be stored.")
        return {"problem": no_room(), "status": 507}
    form.add_to_text(f"![{form.cleaned_data['alt']}]({image_url(image)})")
    return {}


def _saved(request: HttpRequest, summary: Summary) -> HttpResponse:
    # The tag tells the script that the copy in the browser is not needed any more.
    messages.success(request, SAID[Summary.State(summary.state)], extra_tags="text-saved")
    return redirect(summary)


def _is_first_visit(user) -> bool:
    return not user.summaries.exists()

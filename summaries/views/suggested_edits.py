"""Suggest an edit of somebody's summary, and decide about suggestions."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.http.ratelimit import hit, too_many_message, too_many_requests
from common.text.integers import parse_positive_int
from summaries.actions import suggest_edit
from summaries.diff import word_diff
from summaries.editor.edit_conflicts import EditConflictError
from summaries.editor.preview import preview_of
from summaries.forms import WritingForm, WrittenField
from summaries.models import Suggestion, Summary
from summaries.rendering import MAX_CHARACTERS, TextRefusedError
from summaries.views.login_required import login_required_keeping_text

SUGGESTIONS_PER_DAY = 20
PREVIEWS_PER_MINUTE = 60
DECISIONS_PER_HOUR = 120
SHOWN = 50
NOT_VERIFIED = gettext_lazy(
    "Confirm your e-mail address before you suggest an edit. We sent you a link."
)


class SuggestionForm(WritingForm):
    """A suggested edit; `based_on` is the number of the revision that was changed."""

    text = WrittenField(
        strip=False,
        max_length=MAX_CHARACTERS,
        error_messages={
            "required": gettext_lazy(
                "The text is empty. If you disagree with the whole summary, write a comment "
                "instead."
            ),
            "max_length": gettext_lazy(
                "The text has more than %(limit_value)d characters. Shorten it."
            ),
        },
    )
    note = forms.CharField(
        label=gettext_lazy("What it improves"),
        max_length=120,
        error_messages={"required": gettext_lazy("describe briefly what your edit improves.")},
    )
    based_on = forms.IntegerField(min_value=1, required=False)

    def clean_text(self) -> str:
        """Refuse blank text, but keep the white space around a text."""
        text = self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text


class AnswerForm(WritingForm):
    """The author's reply when declining."""

    answer = forms.CharField(label=gettext_lazy("Your reply"), max_length=300, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required_keeping_text()
def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text of the summary in a form, or send the suggestion."""
    summary = get_object_or_404(
        Summary.objects.published().select_related("author", "paper__venue"), pk=pk
    )
    if summary.author_id == request.user.pk:
        return redirect("summary-edit", pk=pk)
    earlier = Suggestion.objects.open().filter(summary=summary, proposer=request.user).first()
    if earlier is not None and request.method != "POST":
        return redirect(earlier)
    if request.method != "POST":
        return _editor(request, summary)
    form = SuggestionForm(request.POST)
    if request.POST.get("action") == "preview":
        return _editor(request, summary, with_preview=True)
    if not form.is_valid():
        return _editor(request, summary, problem=form.faults)
    if settings.VERIFY_EMAIL and not request.user.is_verified:
        return _editor(request, summary, problem=NOT_VERIFIED)
    wait_seconds = hit(f"suggest:{request.user.pk}", SUGGESTIONS_PER_DAY, 86_400)
    if wait_seconds:
        page = _editor(request, summary, problem=too_many_message(wait_seconds))
        return too_many_requests(wait_seconds, page)
    try:
        new_suggestion = suggest_edit.suggest(
            summary_id=pk, proposer=request.user, **form.cleaned_data
        )
    except (TextRefusedError, suggest_edit.SuggestionNotAllowedError) as error:
        return _editor(request, summary, problem=str(error))
    # The tag tells the script that the copy in the browser is not needed any more.
    message = _("Sent to the author. We'll notify you of the decision.")
    messages.success(request, message, extra_tags="text-saved")
    return redirect(new_suggestion)


def _editor(
    request: HttpRequest,
    summary: Summary,
    *,
    with_preview: bool = False,
    problem: str = "",
    status: int = 422,
) -> HttpResponse:
    text = request.POST.get("text", summary.text)
    context = {
        "summary": summary,
        "paper": summary.paper,
        "text": text,
        "note": request.POST.get("note", ""),
        "based_on": parse_positive_int(request.POST.get("based_on", "")) or summary.revision_number,
        "problem": problem,
        **(_preview(request, summary, text) if with_preview else {}),
    }
    return render(request, "summaries/suggest.html", context, status=status if problem else 200)


def _preview(request: HttpRequest, summary: Summary, text: str) -> dict[str, object]:
    """Return how the text would read, and what is changed."""
    if wait_seconds := hit(f"preview:{request.user.pk}", PREVIEWS_PER_MINUTE, 60):
        return {"refused": too_many_message(wait_seconds)}
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        rendered = preview_of(summary.pk, plain)
    except TextRefusedError as error:
        return {"refused": str(error)}
    return {"rendered": rendered, "changes": word_diff(summary.text, plain)}


@require_safe
@login_required_keeping_text()
def suggestions(request: HttpRequest) -> HttpResponse:
    """List what others suggest to the person, and the person's own suggestions."""
    visible = Suggestion.objects.visible_to(request.user).select_related(
        "summary__paper", "summary__author", "proposer"
    )
    to_me = visible.filter(summary__author=request.user)
    context = {
        "waiting": to_me.open(),
        "decided": to_me.filter(state__in=["accepted", "declined"])[:SHOWN],
        "mine": visible.filter(proposer=request.user)[:SHOWN],
    }
    return render(request, "summaries/suggestions.html", context)


@require_safe
@login_required_keeping_text()
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a suggestion to its proposer or to the author."""
    return _page(request, _visible(request, pk))


def _visible(request: HttpRequest, pk: int) -> Suggestion:
    match = (
        Suggestion.objects.visible_to(request.user)
        .select_related("summary__author", "summary__paper", "proposer")
        .filter(pk=pk)
        .first()
    )
    if match is None:
        raise Http404
    return match


def _page(
    request: HttpRequest,
    suggestion: Suggestion,
    *,
    problem: str = "",
    status: int = 422,
    **more: object,
) -> HttpResponse:
    """Show what was suggested; to the author also what accepting it would change now."""
    summary = suggestion.summary
    is_mine = summary.author_id == request.user.pk
    before = suggest_edit.text_before(suggestion)
    context = {
        "suggestion": suggestion,
        "summary": summary,
        "paper": summary.paper,
        "is_mine": is_mine,
        "is_proposer": suggestion.proposer_id == request.user.pk,
        "changes": word_diff(before, suggestion.text),
        "problem": problem,
        "has_moved_on": before != summary.text,
        **more,
    }
    if is_mine and suggestion.state == Suggestion.State.OPEN and before != summary.text:
        merged = suggest_edit.joined(suggestion)
        context["clashes"] = merged.clashes
        if merged.is_clean:
            context["changes"] = word_diff(summary.text, merged.text)
    return render(request, "summaries/suggestion.html", context, status=status if problem else 200)


@require_POST
@login_required_keeping_text("suggestion")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a suggestion; with `text`, the author has merged both. action=preview only shows it."""
    suggestion = _to_decide(request, pk)
    if isinstance(suggestion, HttpResponse):
        return suggestion
    text = request.POST.get("text")
    if text is not None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if request.POST.get("action") == "preview":
            return _join(request, suggestion, text, **_preview(request, suggestion.summary, text))
        if not text.strip():
            return _join(request, suggestion, text, problem=_("There is no text to publish."))
    try:
        summary = suggest_edit.accept(
            suggestion_id=pk,
            editor=request.user,
            text=text,
            based_on=parse_positive_int(request.POST.get("based_on", "")),
        )
    except suggest_edit.MergeConflictError as error:
        return _join(
            request, suggestion, error.merged.text, status=409, clashes=error.merged.clashes
        )
    except EditConflictError as error:
        suggestion.summary = error.current
        problem = _(
            "The summary was saved elsewhere in the meantime. The saved text is below. "
            "Copy what you want to keep."
        )
        return _join(request, suggestion, text or "", problem=problem, status=409)
    except (TextRefusedError, suggest_edit.SuggestionNotAllowedError) as error:
        if text is not None:
            return _join(request, suggestion, text, problem=str(error))
        return _page(request, suggestion, problem=str(error))
    message = _("Published. The history credits %(name)s.")
    messages.success(request, message % {"name": suggestion.proposer_name})
    return redirect(summary)


def _join(
    request: HttpRequest,
    suggestion: Suggestion,
    text: str,
    *,
    problem: str = "",
    status: int = 422,
    **more: object,
) -> HttpResponse:
    """Show the author's text for merging the suggestion into it, with both texts beside it."""
    context = {
        "suggestion": suggestion,
        "summary": suggestion.summary,
        "paper": suggestion.summary.paper,
        "text": text,
        "problem": problem,
        "suggested": word_diff(suggest_edit.text_before(suggestion), suggestion.text),
        **more,
    }
    if not problem and status == 422:
        status = 200
    return render(request, "summaries/suggestion_join.html", context, status=status)


@require_POST
@login_required_keeping_text("suggestion")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a suggestion, with an optional reply."""
    suggestion = _to_decide(request, pk)
    if isinstance(suggestion, HttpResponse):
        return suggestion
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(
            request, suggestion, problem=form.faults, answer=request.POST.get("answer", "")
        )
    suggest_edit.decline(suggestion_id=pk, editor=request.user, answer=form.cleaned_data["answer"])
    messages.success(
        request, _("Declined. We'll notify %(name)s.") % {"name": suggestion.proposer_name}
    )
    return redirect("suggestion", pk=pk)


@require_POST
@login_required_keeping_text("suggestion")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw one's own suggestion."""
    suggestion = _visible(request, pk)
    if suggestion.proposer_id != request.user.pk:
        raise Http404
    if suggestion.state == Suggestion.State.OPEN:
        suggest_edit.withdraw(suggestion_id=pk, proposer=request.user)
        messages.success(request, _("You withdrew your suggestion."))
    return redirect("suggestion", pk=pk)


def _to_decide(request: HttpRequest, pk: int) -> Suggestion | HttpResponse:
    """Return the open suggestion for the person's own summary, or the response instead."""
    suggestion = _visible(request, pk)
    if suggestion.summary.author_id != request.user.pk:
        raise Http404
    if suggestion.state != Suggestion.State.OPEN:
        return _page(request, suggestion)  # Decided in another tab, or withdrawn.
    wait_seconds = hit(f"decide:{request.user.pk}", DECISIONS_PER_HOUR, 3600)
    if wait_seconds:
        page = _page(request, suggestion, problem=too_many_message(wait_seconds))
        return too_many_requests(wait_seconds, page)
    return suggestion

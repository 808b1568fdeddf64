"""Suggested edits of a published summary; its author accepts or declines them.

A suggestion is signed by its proposer and visible to the proposer and the author only. Accepting
one publishes it as a revision of the author's that names the proposer.
"""

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from summaries.actions import publish
from summaries.editor.edit_conflicts import EditConflictError
from summaries.editor.merge3 import Merged, merge
from summaries.editor.preview import StaleRenderingError, preview, preview_of, render_and_store
from summaries.events import suggestion_decided, suggestion_made
from summaries.locks import lock_summary
from summaries.models import Revision, Suggestion, Summary
from summaries.rendering import Rendered


class SuggestionNotAllowedError(Exception):
    """The suggestion is not allowed; the message explains why."""


class SuggestionExistsError(SuggestionNotAllowedError):
    """The person has an open suggestion for this summary; `suggestion` is that one."""

    def __init__(self, suggestion: Suggestion):
        super().__init__(_("You have already suggested an edit to this summary."))
        self.suggestion = suggestion


class MergeConflictError(Exception):
    """The summary was changed where the suggestion changes it.

    `merged` is the result as far as it can be merged, `current` is the summary now.
    """

    def __init__(self, merged: Merged, current: Summary):
        super().__init__(_("The summary was changed in the same place."))
        self.merged = merged
        self.current = current


def suggest(
    *, summary_id: int, proposer: User, text: str, note: str, based_on: int | None = None
) -> Suggestion:
    """Propose `text` to the author, with a note that says what it improves.

    `based_on` is the number of the revision that was changed, by default the newest. Raises
    Summary.DoesNotExist when the summary is not public, TextRefusedError when the text cannot be
    rendered, SuggestionNotAllowedError for one's own summary and when nothing is changed,
    SuggestionExistsError when the person's earlier suggestion is still open.
    """
    preview(text, prefix="")
    try:
        return _suggest(summary_id, proposer, text, note, based_on)
    except IntegrityError:
        earlier = Suggestion.objects.open().filter(summary=summary_id, proposer=proposer).first()
        if earlier is None:
            raise
        raise SuggestionExistsError(earlier) from None


@transactional
def _suggest(
    summary_id: int, proposer: User, text: str, note: str, based_on: int | None
) -> Suggestion:
    summary = lock_summary(summary_id, Summary.objects.published())
    if summary.author_id == proposer.pk:
        raise SuggestionNotAllowedError(_("You wrote this summary. Edit it directly."))
    revisions = Revision.objects.filter(summary=summary)
    changed = revisions.filter(number=based_on).first() if based_on else None
    changed = changed or revisions.order_by("-number").first()
    assert changed, "What is published has a revision."
    if text.strip() in (summary.text.strip(), changed.text.strip()):
        raise SuggestionNotAllowedError(_("You haven't changed anything yet."))
    suggestion = Suggestion.objects.create(
        summary=summary, proposer=proposer, based_on=changed.number, text=text, note=note
    )
    suggestion_made.send(Suggestion, suggestion=suggestion)
    return suggestion


def joined(suggestion: Suggestion) -> Merged:
    """Return the suggested change merged into the current text of the summary."""
    return merge(base=text_before(suggestion), ours=suggestion.summary.text, theirs=suggestion.text)


def text_before(suggestion: Suggestion) -> str:
    """Return the text of the revision that the proposer changed."""
    return Revision.objects.get(summary=suggestion.summary_id, number=suggestion.based_on).text


def accept(
    *, suggestion_id: int, editor: User, text: str | None = None, based_on: int | None = None
) -> Summary:
    """Publish the suggested change as a revision by the summary's author.

    With `text` the author has merged the two texts, in a form that began from the summary's
    save_count `based_on`. Raises MergeConflictError when the same place was changed meanwhile,
    EditConflictError when `based_on` is stale, TextRefusedError, SuggestionNotAllowedError when the
    summary is not public, Suggestion.DoesNotExist when the editor has no such open suggestion.
    """
    return render_and_store(
        lambda: _prepared(suggestion_id, text),
        lambda prepared: _accept(suggestion_id, editor, text, based_on, prepared),
    )


@transactional
def _accept(
    suggestion_id: int,
    editor: User,
    text: str | None,
    based_on: int | None,
    prepared: dict[str, Rendered],
) -> Summary:
    suggestion = _open_to(editor, suggestion_id)
    summary = suggestion.summary
    if not summary.is_public:
        raise SuggestionNotAllowedError(_("Publish the summary first. It isn't public."))
    if text is None:
        merged = joined(suggestion)
        if not merged.is_clean:
            raise MergeConflictError(merged, summary)
        text, based_on = merged.text, summary.save_count
    elif summary.save_count != based_on:
        raise EditConflictError(summary)
    if text not in prepared:
        raise StaleRenderingError
    summary = publish.revise(
        summary_id=summary.pk,
        editor=editor,
        text=text,
        note=suggestion.note,
        based_on=based_on,
        suggestion=suggestion,
        rendered=prepared[text],
    )
    _decide(suggestion, Suggestion.State.ACCEPTED)
    return summary


def _prepared(suggestion_id: int, text: str | None) -> dict[str, Rendered]:
    """Render the text that will be published, before a transaction is open."""
    suggestion = (
        Suggestion.objects.open().select_related("summary").filter(pk=suggestion_id).first()
    )
    if suggestion is None:
        return {}
    text = joined(suggestion).text if text is None else text
    return {text: preview_of(suggestion.summary_id, text)}


@transactional
def decline(*, suggestion_id: int, editor: User, answer: str = "") -> Suggestion:
    """Decline the suggestion, with an answer to its proposer.

    Raises Suggestion.DoesNotExist as `accept` does.
    """
    suggestion = _open_to(editor, suggestion_id)
    _decide(suggestion, Suggestion.State.DECLINED, answer)
    return suggestion


@transactional
def withdraw(*, suggestion_id: int, proposer: User) -> Suggestion:
    """Withdraw one's own suggestion.

    Raises Suggestion.DoesNotExist when it is not open.
    """
    suggestion: Suggestion = (
        Suggestion.objects.open()
        .select_for_update(no_key=True)
        .get(pk=suggestion_id, proposer=proposer)
    )
    suggestion.state = Suggestion.State.WITHDRAWN
    suggestion.decided_at = timezone.now()
    suggestion.save(update_fields=["state", "decided_at"])
    return suggestion


def _open_to(editor: User, suggestion_id: int) -> Suggestion:
    """Return the open suggestion with its summary locked, so that edits and decisions queue."""
    rows = Suggestion.objects.open().filter(pk=suggestion_id)
    summary_id = rows.values_list("summary", flat=True).first()
    if summary_id is None:
        raise Suggestion.DoesNotExist
    try:
        summary = lock_summary(summary_id, Summary.objects.editable_by(editor))
    except Summary.DoesNotExist:
        raise Suggestion.DoesNotExist from None
    suggestion: Suggestion = rows.select_for_update(no_key=True).get()
    suggestion.summary = summary
    return suggestion


def _decide(suggestion: Suggestion, state: str, answer: str = "") -> None:
    suggestion.state = state
    suggestion.answer = answer
    suggestion.decided_at = timezone.now()
    suggestion.save(update_fields=["state", "answer", "decided_at"])
    suggestion_decided.send(Suggestion, suggestion=suggestion)

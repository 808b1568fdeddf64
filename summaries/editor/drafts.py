"""Drafts: what an author types is saved, and no reader sees it before it is published."""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from papers.locks import lock_paper
from papers.models import Paper
from summaries.editor.edit_conflicts import (
    EditConflictError,
    SummaryExistsError,
    existing_summary,
    locked,
)
from summaries.models import Draft, Summary
from summaries.rendering import MAX_CHARACTERS, TextRefusedError


def draft_of(summary: Summary) -> Draft | None:
    """Return the unpublished change of a summary, or None; one query."""
    return Draft.objects.filter(summary=summary).first()


def autosave(
    *,
    paper: Paper,
    author: User,
    text: str,
    note: str = "",
    based_on: int | None = None,
    summary_id: int | None = None,
    draft_count: int | None = None,
) -> Summary:
    """Save what the author is typing; readers see no change, and no revision is made.

    The text of a draft or private summary is saved in its own row, unrendered, and a first text
    creates a draft; the change of any other summary is saved in its `draft` row.

    `based_on` is the `save_count` of the summary when the form was opened or last saved, None when
    there was no summary; saving in its own row raises it. `summary_id` is the summary that is meant,
    by default the author's of this paper. `draft_count` is the `save_count` of the `draft` row that
    the form has seen, 0 when there was none, so that two tabs do not overwrite each other; None
    skips this check.

    Raises TextRefusedError when a first text is blank or any is too long, EditConflictError when the
    summary was saved since, SummaryExistsError when moderators hid the author's summary of this
    paper, Summary.DoesNotExist when `summary_id` is not one that the author may edit. Saving the
    same text again is no conflict.
    """
    if len(text) > MAX_CHARACTERS:
        message = _("The text has more than %(limit_value)d characters. Shorten it.")
        raise TextRefusedError(message % {"limit_value": MAX_CHARACTERS})
    try:
        return _autosave(
            paper=paper,
            author=author,
            text=text,
            note=note,
            based_on=based_on,
            summary_id=summary_id,
            draft_count=draft_count,
        )
    except IntegrityError:
        # Two first saves at once: the other one created the row.
        existing = existing_summary(author, paper)
        if existing is None:
            raise
        if existing.text != text:
            raise EditConflictError(existing) from None
        return existing


@transactional
def _autosave(
    *,
    paper: Paper,
    author: User,
    text: str,
    note: str,
    based_on: int | None,
    summary_id: int | None,
    draft_count: int | None,
) -> Summary:
    summary = _editable_row(author, paper, summary_id)
    if summary is None:
        return _first_draft(paper, author, text)
    if summary.state in Summary.OWN_EYES:
        _save_own_row(summary, text, based_on)
    else:
        _save_draft(summary, text, note, based_on, draft_count)
    return summary


def discard_draft(*, summary_id: int, author: User) -> None:
    """Delete the unpublished change; the published summary is unchanged."""
    Draft.objects.filter(
        summary__in=Summary.objects.editable_by(author), summary=summary_id
    ).delete()


def remember_choices(summary: Summary, **choices: object) -> None:
    """Save the choices beside the text (`TextForm.choices`) of a draft that was never public.

    Nothing changes in a summary that readers have seen; None leaves a field unchanged.
    """
    if summary.state != Summary.State.DRAFT or summary.published_at is not None:
        return
    given_values = {name: value for name, value in choices.items() if value is not None}
    Summary.objects.filter(pk=summary.pk, state=Summary.State.DRAFT, published_at=None).update(
        **given_values
    )


def _editable_row(author: User, paper: Paper, summary_id: int | None) -> Summary | None:
    """Return the author's summary that is being written, locked; None when there is none."""
    if summary_id is not None:
        return locked(summary_id, author)
    existing = existing_summary(author, paper)
    if existing is None:
        return None
    if existing.state == Summary.State.HIDDEN:
        raise SummaryExistsError(existing)
    return locked(existing.pk, author)


def _first_draft(paper: Paper, author: User, text: str) -> Summary:
    if not text.strip():
        raise TextRefusedError(_("There is nothing to save yet. Write a sentence first."))
    paper = lock_paper(paper.pk)
    return Summary.objects.create(
        paper=paper, author=author, text=text, paper_version=paper.arxiv_version, save_count=1
    )


def _save_own_row(summary: Summary, text: str, based_on: int | None) -> None:
    if summary.text == text:
        return
    if summary.save_count != based_on:
        raise EditConflictError(summary)
    summary.text = text
    summary.save_count += 1
    # Rendered when its author opens it, or by `rerender`.
    summary.renderer_version = 0
    summary.save(update_fields=["text", "save_count", "renderer_version"])
    Draft.objects.filter(summary=summary).delete()


def _save_draft(
    summary: Summary, text: str, note: str, based_on: int | None, draft_count: int | None
) -> None:
    draft = Draft.objects.filter(summary=summary).first() or Draft(summary=summary)
    if (draft.text, draft.note) == (text, note) and draft.based_on == based_on:
        return
    if summary.save_count != based_on:
        raise EditConflictError(summary)
    if draft_count is not None and draft_count != draft.save_count and draft.text != text:
        raise EditConflictError(summary)
    draft.text, draft.note, draft.based_on = text, note, based_on
    draft.save_count += 1
    draft.save()
    summary.draft = draft

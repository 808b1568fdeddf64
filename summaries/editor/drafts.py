"""Drafts: what an author types is kept, and no reader sees it before it is published."""

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
    """The change of a summary that is not published yet; one query."""
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
    """Keep what the author is typing; no reader sees a change, and no revision is made.

    A draft or private summary keeps it in its own row, not rendered and whatever the renderer
    would say to it, and a first text makes a draft; any other summary keeps it in its `draft` row.
    `based_on` is the `save_count` of the summary when the form was opened or last saved, None when
    there was no summary; saving in the own row raises it. `summary_id` tells which summary is
    meant; by default the author's of this paper. `draft_count` is the `save_count` of the `draft`
    row that the form has seen, 0 when there was none, so that two tabs do not write over each
    other's; None asks for no such check.

    Raises TextRefusedError when a first text is blank or any is too long, EditConflictError when the summary
    was saved since, SummaryExistsError when moderators hid the author's summary of this paper,
    Summary.DoesNotExist when `summary_id` is not one that the author may edit. The same text again
    is no conflict.
    """
    if len(text) > MAX_CHARACTERS:
        words = _("The text has more than %(limit_value)d characters. Shorten it.")
        raise TextRefusedError(words % {"limit_value": MAX_CHARACTERS})
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
        # Two first saves at once: the other one made the row.
        written = existing_summary(author, paper)
        if written is None:
            raise
        if written.text != text:
            raise EditConflictError(written) from None
        return written


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
    """Forget the change that is not published yet; the summary stays as readers see it."""
    Draft.objects.filter(
        summary__in=Summary.objects.editable_by(author), summary=summary_id
    ).delete()


def remember_choices(
    summary: Summary, *, is_anonymous: bool, licence: str | None, paper_version: int | None
) -> None:
    """Keep what was chosen beside the text of a draft that nobody but its author ever saw.

    Of a summary that readers know, nothing may change before its author says so.
    """
    if summary.state != Summary.State.DRAFT or summary.published_at is not None:
        return
    changes = {"is_anonymous": is_anonymous, "licence": licence, "paper_version": paper_version}
    told = {name: value for name, value in changes.items() if value is not None}
    Summary.objects.filter(pk=summary.pk, state=Summary.State.DRAFT, published_at=None).update(
        **told
    )


def _editable_row(author: User, paper: Paper, summary_id: int | None) -> Summary | None:
    """The author's summary that is being written, locked; None when there is none yet."""
    if summary_id is not None:
        return locked(summary_id, author)
    written = existing_summary(author, paper)
    if written is None:
        return None
    if written.state == Summary.State.HIDDEN:
        raise SummaryExistsError(written)
    return locked(written.pk, author)


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
    # Rendered when somebody looks at it, or by `rerender`.
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

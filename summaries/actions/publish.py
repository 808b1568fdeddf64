"""Publish a summary, and revise it: each text that readers see is stored as a revision."""

import secrets
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from common.db.transactions import transactional
from papers.locks import lock_paper
from papers.models import Paper
from summaries.actions.write_text import save_text
from summaries.editor.edit_conflicts import (
    EditConflictError,
    SummaryExistsError,
    existing_summary,
    locked,
)
from summaries.editor.preview import (
    Prepared,
    StaleRenderingError,
    prefix_of,
    preview,
    preview_of,
    render_and_store,
    with_prefix,
)
from summaries.events import byline_changing
from summaries.locks import lock_summary
from summaries.models import Comment, Draft, Suggestion, Summary
from summaries.rendering import Rendered


def publish(
    *,
    paper: Paper,
    author: User,
    text: str,
    note: str = "",
    state: str = Summary.State.PUBLISHED,
    is_anonymous: bool = False,
    paper_version: int | None = None,
    licence: str = Summary.Licence.CC_BY,
) -> Summary:
    """Save the author's first text about a paper, published or in another state.

    `paper_version` is the arXiv version that the text is about, by default the newest one. Raises
    TextRefusedError when the text cannot be rendered, SummaryExistsError when the author has a
    summary of this paper, Paper.DoesNotExist when the paper was merged into another one meanwhile.
    """
    # Rendered before a row exists and outside the transaction, because it may take seconds. The
    # primary key, which the ids in the HTML begin with, is known only afterwards.
    stand_in = f"new-{secrets.token_hex(8)}-"
    rendered = preview(text, prefix=stand_in)
    fields: dict[str, Any] = {
        "is_anonymous": is_anonymous,
        "paper_version": paper_version,
        "licence": licence,
    }
    try:
        return _publish(
            paper_id=paper.pk,
            author=author,
            text=text,
            rendered=rendered,
            stand_in=stand_in,
            note=note,
            state=state,
            **fields,
        )
    except IntegrityError:
        existing = existing_summary(author, paper)
        if existing is None:
            raise
        raise SummaryExistsError(existing) from None


@transactional
def _publish(
    *,
    paper_id: int,
    author: User,
    text: str,
    rendered: Rendered,
    stand_in: str,
    note: str,
    state: str,
    paper_version: int | None,
    **fields: object,
) -> Summary:
    paper = lock_paper(paper_id)
    summary = Summary.objects.create(
        paper=paper,
        author=author,
        text=text,
        paper_version=paper_version or paper.arxiv_version,
        **fields,
    )
    rendered = with_prefix(rendered, stand_in, prefix_of(summary.pk))
    save_text(summary, text=text, rendered=rendered, editor=author, note=note, state=state)
    return summary


def revise(
    *,
    summary_id: int,
    editor: User,
    text: str,
    based_on: int,
    note: str = "",
    state: str | None = None,
    is_anonymous: bool | None = None,
    paper_version: int | None = None,
    licence: str | None = None,
    suggestion: Suggestion | None = None,
    rendered: Rendered | None = None,
) -> Summary:
    """Replace the text of a summary, its visibility or its signature.

    A change that readers see is stored as a revision; saving the same text again makes none. What
    is None is left unchanged; with `paper_version` the author says which version was read.
    `suggestion` is the suggested edit that is being accepted; without one, the unpublished draft of
    a change is deleted. `based_on` is the `save_count` that the editor's form began from. `rendered`
    is the result of `preview_of` for the text, for callers that have a transaction open.

    Raises EditConflictError when the summary was saved since, TextRefusedError when the text cannot
    be rendered, Summary.DoesNotExist when the editor may not edit it.
    """
    rendered = rendered or preview_of(summary_id, text)
    return _revise(
        summary_id=summary_id,
        editor=editor,
        text=text,
        rendered=rendered,
        based_on=based_on,
        note=note,
        state=state,
        is_anonymous=is_anonymous,
        paper_version=paper_version,
        licence=licence,
        suggestion=suggestion,
    )


@transactional
def _revise(
    *,
    summary_id: int,
    editor: User,
    text: str,
    rendered: Rendered,
    based_on: int,
    note: str,
    state: str | None,
    is_anonymous: bool | None,
    paper_version: int | None,
    licence: str | None,
    suggestion: Suggestion | None,
) -> Summary:
    summary = locked(summary_id, editor)
    if summary.save_count != based_on:
        raise EditConflictError(summary)
    is_relabelled = _sign(summary, is_anonymous)
    if licence is not None and licence != summary.licence:
        summary.licence, is_relabelled = licence, True
    if paper_version is not None:
        summary.paper_version = paper_version
    if is_relabelled and summary.is_public:
        # Feed readers fetch an entry again when this date changes.
        summary.edited_at = timezone.now()
    save_text(
        summary,
        text=text,
        rendered=rendered,
        editor=editor,
        note=note,
        state=state or Summary.State(summary.state),
        suggestion=suggestion,
    )
    if suggestion is None:
        Draft.objects.filter(summary=summary).delete()
    return summary


def publish_waiting(*, summary_id: int) -> Summary:
    """Publish a summary that waits for a moderator; any other one is left unchanged."""
    return render_and_store(
        lambda: prepare(summary_id), lambda prepared: show_waiting(summary_id, prepared)
    )


def prepare(summary_id: int) -> Prepared:
    """Render the stored text for `show_waiting`, before a transaction is open.

    Raises Summary.DoesNotExist.
    """
    text = Summary.objects.values_list("text", flat=True).get(pk=summary_id)
    return Prepared(text, preview_of(summary_id, text))


@transactional
def show_waiting(summary_id: int, prepared: Prepared) -> Summary:
    """Do what `publish_waiting` does, with the result of `prepare`.

    Raises StaleRenderingError when the text has changed since.
    """
    summary = lock_summary(summary_id)
    if summary.state == Summary.State.WAITING and summary.deleted_at is None:
        if summary.text != prepared.text:
            raise StaleRenderingError
        summary.is_held = False
        save_text(
            summary,
            text=summary.text,
            rendered=prepared.rendered,
            editor=summary.author,
            note="",
            state=Summary.State.PUBLISHED,
            is_screened=True,
        )
    return summary


def _sign(summary: Summary, is_anonymous: bool | None) -> bool:
    """Make the summary anonymous or signed; return whether that is a change.

    The author's comments under it change with it: they would show who wrote an anonymous one.
    """
    if is_anonymous is None or is_anonymous == summary.is_anonymous:
        return False
    byline_changing.send(Summary, summary=summary)
    summary.is_anonymous = is_anonymous
    summary.save(update_fields=["is_anonymous"])
    if summary.author_id:
        Comment.objects.filter(summary=summary, author=summary.author_id).update(
            is_anonymous=is_anonymous
        )
    return True

"""Publish a summary, and revise it: each text that readers see leaves a revision."""

import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from papers.models import Paper
from summaries.conflicts import AlreadyWritten, EditConflict, locked, written_by
from summaries.feeds import websub
from summaries.models import Comment, Draft, Suggestion, Summary
from summaries.previewing import prefix_of, preview, preview_of, with_prefix
from summaries.rendering import Rendered
from summaries.saving import save_text


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

    `paper_version` is the version on arXiv that it is about; the newest one when not told.
    Raises TextRefused when the text cannot be rendered and AlreadyWritten when the author has a
    summary of this paper.
    """
    # Refused before a row exists, and not while the database waits: a text may take seconds. The
    # number that its ids begin with is known only then.
    stand_in = f"new-{secrets.token_hex(8)}-"
    rendered = preview(text, prefix=stand_in)
    try:
        with transaction.atomic():
            summary = Summary.objects.create(
                paper=paper,
                author=author,
                text=text,
                is_anonymous=is_anonymous,
                paper_version=paper_version or paper.arxiv_version,
                licence=licence,
            )
            rendered = with_prefix(rendered, stand_in, prefix_of(summary.pk))
            save_text(summary, text=text, rendered=rendered, editor=author, note=note, state=state)
    except IntegrityError:
        written = written_by(author, paper)
        if written is None:
            raise
        raise AlreadyWritten(written) from None
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
    """Replace the text of a summary, who reads it or how it is signed; a published change of the
    text is a revision.

    What is None stays: with `paper_version` the author says to have read another version.
    `suggestion` is the one whose change this is. `based_on` is the `save_count` that the editor's
    form began from; raises EditConflict when it was saved since, TextRefused when the text cannot
    be rendered, Summary.DoesNotExist when the editor may not edit it. Saving the same text again
    makes no revision. A change that waited as a draft is done with, but for an accepted suggestion.
    `rendered` is what `preview_of` gave for the text, where a transaction is open already.
    """
    rendered = rendered or preview_of(summary_id, text)
    with transaction.atomic():
        summary = locked(summary_id, editor)
        if summary.save_count != based_on:
            raise EditConflict(summary)
        is_retold = _sign(summary, is_anonymous)
        if licence is not None and licence != summary.licence:
            summary.licence, is_retold = licence, True
        if paper_version is not None:
            summary.paper_version = paper_version
        if is_retold and summary.is_public:
            # Feeds tell by this date that an entry is to be read again.
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
    """Show a summary that waited for a moderator; one that did not wait stays as it is."""
    waiting = Summary.objects.get(pk=summary_id)
    rendered = preview_of(summary_id, waiting.text)
    with transaction.atomic():
        summary = Summary.objects.select_for_update(of=("self",)).get(pk=summary_id)
        if summary.text != waiting.text:
            rendered = preview_of(summary_id, summary.text)
        if summary.state == Summary.State.WAITING and summary.deleted_at is None:
            summary.is_held = False
            save_text(
                summary,
                text=summary.text,
                rendered=rendered,
                editor=summary.author,
                note="",
                state=Summary.State.PUBLISHED,
                is_screened=True,
            )
    return summary


def _sign(summary: Summary, is_anonymous: bool | None) -> bool:
    """Sign it, or sign it no more; True when that is a change.

    The author's comments under it go with it: they would tell who wrote an anonymous one.
    """
    if is_anonymous is None or is_anonymous == summary.is_anonymous:
        return False
    # The person's feed loses or gets it: a hub hears of the lists before and after.
    websub.after_change(summary)
    summary.is_anonymous = is_anonymous
    summary.save(update_fields=["is_anonymous"])
    if summary.author_id:
        Comment.objects.filter(summary=summary, author=summary.author_id).update(
            is_anonymous=is_anonymous
        )
    return True

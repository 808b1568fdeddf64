"""Write the text and state of a summary, with everything that follows from it."""

import secrets

from django.utils import timezone

from accounts.models import User
from summaries.actions import spam_checks
from summaries.citations import record_citations
from summaries.editor.preview import assign_rendered_fields
from summaries.events import summary_changed, summary_published, text_waits
from summaries.media.images import copy_soon
from summaries.models import Revision, Suggestion, Summary
from summaries.rendering import Rendered, citation_keys


def save_text(
    summary: Summary,
    *,
    text: str,
    rendered: Rendered,
    editor: User | None,
    note: str,
    state: str,
    suggestion: Suggestion | None = None,
    is_screened: bool = False,
) -> None:
    """Write text and state, with a Revision when readers see a change; inside a transaction.

    Drafts and private notes leave no revisions, so that no attempt turns up in the public history.
    `is_screened` is True when a moderator has approved the text.
    """
    summary.text = text
    summary.save_count += 1
    assign_rendered_fields(summary, rendered)
    summary.state = state = state if is_screened else _screened(summary, state)
    sync_share_secret(summary)
    was_published = summary.published_at is not None
    if state == Summary.State.PUBLISHED and text != _latest_revision_text(summary):
        summary.revision_number += 1
        Revision.objects.create(
            summary=summary,
            number=summary.revision_number,
            text=text,
            note=note,
            editor=editor,
            suggestion=suggestion,
            licence=summary.licence,
        )
        if was_published:
            summary.edited_at = timezone.now()
        else:
            summary.published_at = timezone.now()
    summary.save()
    record_citations(summary, citation_keys(text))
    if state in Summary.SEEN:
        copy_soon(rendered.picture_sources)
    is_first = summary.published_at is not None and not was_published
    (summary_published if is_first else summary_changed).send(Summary, summary=summary)
    if state == Summary.State.WAITING:
        summary.is_held = True
        summary.save(update_fields=["is_held"])
        text_waits.send(Summary, text=summary)


def sync_share_secret(summary: Summary) -> None:
    """Give an unlisted summary its secret; delete the secret of any other.

    A deleted secret is never used again.
    """
    if summary.state != Summary.State.UNLISTED:
        summary.secret = None
    elif summary.secret is None:
        summary.secret = new_secret()


def new_secret() -> str:
    """Return 128 random bits as 22 characters that are safe in a URL."""
    return secrets.token_urlsafe(16)


def _screened(summary: Summary, state: str) -> str:
    """Return the state that the text may have: waiting, when a moderator has to approve it.

    Raises TextRefusedError for a text that may not be shown to anybody.
    """
    if state not in Summary.SEEN:
        return state
    assert summary.author, "Texts without an author are as they were when the author left."
    spam_checks.refuse_unproved(summary.author)
    spam_checks.refuse_blocked(summary.html)
    if state == Summary.State.PUBLISHED and (
        summary.is_held or spam_checks.must_wait(summary.author, summary.html)
    ):
        return Summary.State.WAITING
    return state


def _latest_revision_text(summary: Summary) -> str | None:
    return summary.revisions.order_by("-number").values_list("text", flat=True).first()

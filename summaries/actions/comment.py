"""Comments under a summary and questions on a paper, with one level of answers."""

import dataclasses
import datetime
import secrets
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from common.text.sanitize import replace_in_safe
from papers.locks import lock_paper
from summaries.actions import spam_checks
from summaries.citations import cited_papers
from summaries.editor.preview import Prepared, StaleRenderingError, render_and_store
from summaries.events import comment_published, text_waits
from summaries.locks import lock_comment, lock_summary
from summaries.media.images import pictures_in
from summaries.mentions import mentioned_people, record_mentions
from summaries.models import Comment, Summary
from summaries.ranking import counters
from summaries.rendering import RENDERER_VERSION, Rendered, citation_keys, render_document

EDIT_MINUTES = 15


class CommentNotAllowedError(Exception):
    """The comment is not allowed; the message explains why."""


def comment(*, summary_id: int, author: User, text: str, parent_id: int | None = None) -> Comment:
    """Add a comment to a summary, or a reply to the comment `parent_id`.

    A reply to a reply joins the same thread. The author of an anonymous summary replies
    anonymously under it. Raises TextRefusedError, CommentNotAllowedError when the summary is not
    published or the parent no longer exists, Summary.DoesNotExist when the author may not see the
    summary.
    """
    stand_in = _temporary_prefix()
    rendered = _render(text, stand_in)
    return _post_comment(
        summary_id,
        author=author,
        text=text,
        rendered=rendered,
        stand_in=stand_in,
        parent_id=parent_id,
    )


@transactional
def _post_comment(summary_id: int, *, author: User, **fields: Any) -> Comment:
    summary = lock_summary(summary_id, Summary.objects.visible_to(author))
    if not summary.is_public:
        raise CommentNotAllowedError(_("You can only comment on published summaries."))
    new_comment = Comment(
        summary=summary,
        author=author,
        is_anonymous=summary.is_anonymous and summary.author_id == author.pk,
    )
    return _post(new_comment, **fields)


def ask(*, paper_id: int, author: User, text: str, parent_id: int | None = None) -> Comment:
    """Ask a question on a paper, or answer the question `parent_id`.

    Raises TextRefusedError, CommentNotAllowedError when the parent no longer exists, and
    Paper.DoesNotExist.
    """
    stand_in = _temporary_prefix()
    rendered = _render(text, stand_in)
    return _post_question(
        paper_id,
        author=author,
        text=text,
        rendered=rendered,
        stand_in=stand_in,
        parent_id=parent_id,
    )


@transactional
def _post_question(paper_id: int, *, author: User, **fields: Any) -> Comment:
    return _post(Comment(paper=lock_paper(paper_id), author=author), **fields)


def edit_comment(*, comment_id: int, editor: User, text: str) -> Comment:
    """Replace the text of one's own comment, within EDIT_MINUTES of posting it.

    Saving the same text again changes nothing. Raises TextRefusedError, CommentNotAllowedError when
    the time is up, Comment.DoesNotExist for other people's comments and deleted ones.
    """
    stored = Comment.objects.editable_by(editor).get(pk=comment_id)
    _refuse_old(stored)
    return _edit(comment_id, editor, _render(text, _prefix_of(stored)), text)


@transactional
def _edit(comment_id: int, editor: User, rendered: Rendered, text: str) -> Comment:
    stored = lock_comment(comment_id, Comment.objects.editable_by(editor))
    _refuse_old(stored)
    if text != stored.text:
        _write(stored, text, rendered, edited_at=timezone.now())
    return stored


def _refuse_old(stored: Comment) -> None:
    if not is_editable(stored):
        raise CommentNotAllowedError(
            _(
                "You can edit a comment for %(minutes)d minutes. This one is older. Write a "
                "new comment to correct it."
            )
            % {"minutes": EDIT_MINUTES}
        )


def is_editable(stored: Comment) -> bool:
    """Return whether the author may still change the comment: for EDIT_MINUTES."""
    age = timezone.now() - stored.created_at
    return age < datetime.timedelta(minutes=EDIT_MINUTES)


@transactional
def delete_comment(*, comment_id: int, by: User) -> None:
    """Delete one's own comment; replies to it remain.

    Raises Comment.DoesNotExist for other people's comments.
    """
    stored = lock_comment(comment_id, Comment.objects.editable_by(by))
    stored.deleted_at = timezone.now()
    stored.save(update_fields=["deleted_at"])
    recount(stored)


def publish_waiting(*, comment_id: int) -> Comment:
    """Publish a comment that waits for a moderator; any other one is left unchanged."""
    return render_and_store(
        lambda: prepare(comment_id), lambda prepared: show_waiting(comment_id, prepared)
    )


def prepare(comment_id: int) -> Prepared:
    """Render the stored text for `show_waiting`, before a transaction is open.

    Raises Comment.DoesNotExist.
    """
    stored = Comment.objects.get(pk=comment_id)
    return Prepared(stored.text, _render(stored.text, _prefix_of(stored)))


@transactional
def show_waiting(comment_id: int, prepared: Prepared) -> Comment:
    """Do what `publish_waiting` does, with the result of `prepare`.

    Raises StaleRenderingError when the text has changed since.
    """
    stored = lock_comment(comment_id)
    if stored.state == Comment.State.WAITING and stored.deleted_at is None:
        if stored.text != prepared.text:
            raise StaleRenderingError
        stored.state = Comment.State.PUBLISHED
        stored.save(update_fields=["state"])
        _notify(stored, prepared.rendered.mentions, is_new=True)
    return stored


def recount(stored: Comment) -> None:
    """Recount the comments of the summary and its paper; questions are not counted.

    The caller has the comment from `lock_comment`.
    """
    if stored.summary is not None:
        counters.recount_comments(stored.summary)
        counters.recount_paper(stored.summary.paper_id)


def render_comment(stored: Comment) -> None:
    """Render the stored text with the current renderer; nothing else changes."""
    stored.html = _render(stored.text, _prefix_of(stored)).html
    stored.renderer_version = RENDERER_VERSION
    # Skipped when another text was saved in the meantime.
    Comment.objects.filter(pk=stored.pk, text=stored.text).update(
        html=stored.html, renderer_version=RENDERER_VERSION
    )


def _post(
    new_comment: Comment, *, text: str, rendered: Rendered, stand_in: str, parent_id: int | None
) -> Comment:
    """Save a new comment; `stand_in` is the prefix of ids that it was rendered with."""
    new_comment.parent = _thread(new_comment, parent_id)
    new_comment.save()
    html = replace_in_safe(rendered.html, stand_in, _prefix_of(new_comment))
    _write(new_comment, text, dataclasses.replace(rendered, html=html))
    return new_comment


def _write(
    stored: Comment,
    text: str,
    rendered: Rendered,
    edited_at: datetime.datetime | None = None,
) -> None:
    """Save the text, HTML and state of a comment, and send the events that follow."""
    is_new = edited_at is None
    stored.text, stored.edited_at = text, edited_at
    stored.html, stored.renderer_version = rendered.html, RENDERER_VERSION
    assert stored.author, "Only authors write and edit."
    spam_checks.refuse_unproved(stored.author)
    spam_checks.refuse_blocked(stored.html)
    if spam_checks.must_wait(stored.author, stored.html):
        stored.state = Comment.State.WAITING
    stored.save(update_fields=["text", "html", "renderer_version", "state", "edited_at"])
    _notify(stored, rendered.mentions, is_new=is_new)
    if stored.state == Comment.State.WAITING:
        text_waits.send(Comment, text=stored)


def _render(text: str, prefix: str) -> Rendered:
    """Render a comment; this may take seconds, so never inside a transaction."""
    return render_document(
        text,
        prefix=prefix,
        papers=cited_papers(citation_keys(text)),
        people=mentioned_people(text),
        pictures=pictures_in(text),
    )


def _prefix_of(stored: Comment) -> str:
    """Return the prefix of every id in the HTML of a comment."""
    return f"c{stored.pk}-"


def _temporary_prefix() -> str:
    """Return a prefix for a comment without a primary key: random, so that no text has it."""
    return f"new-{secrets.token_hex(8)}-"


def _notify(stored: Comment, mentions: tuple[str, ...], *, is_new: bool) -> None:
    recount(stored)
    if stored.state != Comment.State.PUBLISHED:
        return
    if is_new:
        comment_published.send(Comment, comment=stored)
    record_mentions(stored, mentions)


def _thread(new_comment: Comment, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    siblings = Comment.objects.shown().filter(
        summary=new_comment.summary_id, paper=new_comment.paper_id
    )
    parent = siblings.filter(pk=parent_id).first()
    if parent is None:
        raise CommentNotAllowedError(_("The comment you're replying to no longer exists."))
    thread: Comment = parent.parent or parent
    return thread

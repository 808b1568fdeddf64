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
    """The comment is not allowed; the message tells why."""


def comment(*, summary_id: int, author: User, text: str, parent_id: int | None = None) -> Comment:
    """Add a comment to a summary, or an answer to the comment `parent_id`.

    An answer to an answer joins the same thread. The author of an anonymous summary answers
    anonymously under it. Raises TextRefusedError, CommentNotAllowedError when the summary is not published or
    the parent is gone, Summary.DoesNotExist when the author may not see the summary.
    """
    stand_in = _stand_in()
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
def _post_comment(summary_id: int, *, author: User, **said: Any) -> Comment:
    summary = lock_summary(summary_id, Summary.objects.visible_to(author))
    if not summary.is_public:
        raise CommentNotAllowedError(_("You can only comment on published summaries."))
    written = Comment(
        summary=summary,
        author=author,
        is_anonymous=summary.is_anonymous and summary.author_id == author.pk,
    )
    return _post(written, **said)


def ask(*, paper_id: int, author: User, text: str, parent_id: int | None = None) -> Comment:
    """Ask a question on a paper, or answer the question `parent_id`.

    Raises TextRefusedError, CommentNotAllowedError when the parent is gone, Paper.DoesNotExist.
    """
    stand_in = _stand_in()
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
def _post_question(paper_id: int, *, author: User, **said: Any) -> Comment:
    return _post(Comment(paper=lock_paper(paper_id), author=author), **said)


def edit_comment(*, comment_id: int, editor: User, text: str) -> Comment:
    """Replace the text of one's own comment, within EDIT_MINUTES of posting it.

    Saving the same text again changes nothing. Raises TextRefusedError, CommentNotAllowedError when it is too
    late, Comment.DoesNotExist for others' comments and for what is gone.
    """
    kept = Comment.objects.editable_by(editor).get(pk=comment_id)
    _refuse_old(kept)
    return _edit(comment_id, editor, _render(text, _prefix_of(kept)), text)


@transactional
def _edit(comment_id: int, editor: User, rendered: Rendered, text: str) -> Comment:
    written = lock_comment(comment_id, Comment.objects.editable_by(editor))
    _refuse_old(written)
    if text != written.text:
        _write(written, text, rendered, edited_at=timezone.now())
    return written


def _refuse_old(written: Comment) -> None:
    if not is_editable(written):
        raise CommentNotAllowedError(
            _(
                "You can edit a comment for %(minutes)d minutes. This one is older. Write a "
                "new comment to correct it."
            )
            % {"minutes": EDIT_MINUTES}
        )


def is_editable(written: Comment) -> bool:
    """Whether its author may still change it."""
    age = timezone.now() - written.created_at
    return age < datetime.timedelta(minutes=EDIT_MINUTES)


@transactional
def delete_comment(*, comment_id: int, by: User) -> None:
    """Empty one's own comment; answers to it stay. Raises Comment.DoesNotExist for others'."""
    written = lock_comment(comment_id, Comment.objects.editable_by(by))
    written.deleted_at = timezone.now()
    written.save(update_fields=["deleted_at"])
    recount(written)


def publish_waiting(*, comment_id: int) -> Comment:
    """Show a comment that waited for a moderator; one that did not wait stays as it is."""
    return render_and_store(
        lambda: prepare(comment_id), lambda prepared: show_waiting(comment_id, prepared)
    )


def prepare(comment_id: int) -> Prepared:
    """What `show_waiting` needs, made before a transaction is open. Raises Comment.DoesNotExist."""
    written = Comment.objects.get(pk=comment_id)
    return Prepared(written.text, _render(written.text, _prefix_of(written)))


@transactional
def show_waiting(comment_id: int, prepared: Prepared) -> Comment:
    """`publish_waiting` with what was rendered before; raises StaleRenderingError."""
    written = lock_comment(comment_id)
    if written.state == Comment.State.WAITING and written.deleted_at is None:
        if written.text != prepared.text:
            raise StaleRenderingError
        written.state = Comment.State.PUBLISHED
        written.save(update_fields=["state"])
        _tell(written, prepared.rendered.mentions, is_new=True)
    return written


def recount(written: Comment) -> None:
    """Bring the counts in step that a comment is part of; questions are in none.

    The caller has the comment from `lock_comment`.
    """
    if written.summary is not None:
        counters.recount_comments(written.summary)
        counters.recount_paper(written.summary.paper_id)


def render_comment(written: Comment) -> None:
    """Render the stored text with today's renderer; nothing else changes."""
    written.html = _render(written.text, _prefix_of(written)).html
    written.renderer_version = RENDERER_VERSION
    # Not when another text was saved while this one was rendered.
    Comment.objects.filter(pk=written.pk, text=written.text).update(
        html=written.html, renderer_version=RENDERER_VERSION
    )


def _post(
    written: Comment, *, text: str, rendered: Rendered, stand_in: str, parent_id: int | None
) -> Comment:
    """Save a new comment; `stand_in` is the prefix of ids that it was rendered with."""
    written.parent = _thread(written, parent_id)
    written.save()
    html = replace_in_safe(rendered.html, stand_in, _prefix_of(written))
    _write(written, text, dataclasses.replace(rendered, html=html))
    return written


def _write(
    written: Comment,
    text: str,
    rendered: Rendered,
    edited_at: datetime.datetime | None = None,
) -> None:
    """Save text, HTML and state of a comment, and tell those who wait for it."""
    is_new = edited_at is None
    written.text, written.edited_at = text, edited_at
    written.html, written.renderer_version = rendered.html, RENDERER_VERSION
    assert written.author, "Only authors write and edit."
    spam_checks.refuse_unproved(written.author)
    spam_checks.refuse_blocked(written.html)
    if spam_checks.must_wait(written.author, written.html):
        written.state = Comment.State.WAITING
    written.save(update_fields=["text", "html", "renderer_version", "state", "edited_at"])
    _tell(written, rendered.mentions, is_new=is_new)
    if written.state == Comment.State.WAITING:
        text_waits.send(Comment, text=written)


def _render(text: str, prefix: str) -> Rendered:
    """May take seconds: never while a transaction is open."""
    return render_document(
        text,
        prefix=prefix,
        papers=cited_papers(citation_keys(text)),
        people=mentioned_people(text),
        pictures=pictures_in(text),
    )


def _prefix_of(written: Comment) -> str:
    """What every id in the HTML of a comment begins with."""
    return f"c{written.pk}-"


def _stand_in() -> str:
    """A prefix for a comment that has no number yet: random, so that no text holds it."""
    return f"new-{secrets.token_hex(8)}-"


def _tell(written: Comment, mentions: tuple[str, ...], *, is_new: bool) -> None:
    recount(written)
    if written.state != Comment.State.PUBLISHED:
        return
    if is_new:
        comment_published.send(Comment, comment=written)
    record_mentions(written, mentions)


def _thread(written: Comment, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    beside = Comment.objects.shown().filter(summary=written.summary_id, paper=written.paper_id)
    parent = beside.filter(pk=parent_id).first()
    if parent is None:
        raise CommentNotAllowedError(_("The comment you're replying to no longer exists."))
    thread: Comment = parent.parent or parent
    return thread

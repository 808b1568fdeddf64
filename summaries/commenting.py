"""Comments under a summary and questions on a paper, with one level of answers."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import Paper
from summaries import screening, standing
from summaries.citing import cited_papers
from summaries.images import pictures_in
from summaries.mentions import mentioned_people, record_mentions
from summaries.models import Comment, Summary
from summaries.rendering import RENDERER_VERSION, Rendered, citation_keys, render_document
from summaries.signals import comment_published, text_waits

EDIT_MINUTES = 15


class CommentRefused(Exception):
    """The comment is not allowed; the message tells why."""


def comment(*, summary_id: int, author: User, text: str, parent_id: int | None = None) -> Comment:
    """Add a comment to a summary, or an answer to the comment `parent_id`.

    An answer to an answer joins the same thread. The author of an anonymous summary answers
    anonymously under it. Raises TextRefused, CommentRefused when the summary is not published or
    the parent is gone, Summary.DoesNotExist when the author may not see the summary.
    """
    with transaction.atomic():
        summary = (
            Summary.objects.visible_to(author).select_for_update(of=("self",)).get(pk=summary_id)
        )
        if not summary.is_public:
            raise CommentRefused(_("Only published summaries can be discussed."))
        written = Comment(
            summary=summary,
            author=author,
            is_anonymous=summary.is_anonymous and summary.author_id == author.pk,
        )
        return _post(written, text, parent_id)


def ask(*, paper_id: int, author: User, text: str, parent_id: int | None = None) -> Comment:
    """Ask a question on a paper, or answer the question `parent_id`.

    Raises TextRefused, CommentRefused when the parent is gone, Paper.DoesNotExist.
    """
    with transaction.atomic():
        paper = Paper.objects.get(pk=paper_id)
        return _post(Comment(paper=paper, author=author), text, parent_id)


def edit_comment(*, comment_id: int, editor: User, text: str) -> Comment:
    """Replace the text of one's own comment, within EDIT_MINUTES of posting it.

    Saving the same text again changes nothing. Raises TextRefused, CommentRefused when it is too
    late, Comment.DoesNotExist for others' comments and for what is gone.
    """
    with transaction.atomic():
        written = (
            Comment.objects.editable_by(editor)
            .select_for_update(of=("self",))
            .select_related("summary", "author")
            .get(pk=comment_id)
        )
        if not is_editable(written):
            raise CommentRefused(
                _(
                    "A comment can be changed for %(minutes)d minutes. This one is older: write "
                    "another comment that corrects it."
                )
                % {"minutes": EDIT_MINUTES}
            )
        if text != written.text:
            _write(written, text, edited_at=timezone.now())
    return written


def is_editable(written: Comment) -> bool:
    """Whether its author may still change it."""
    age = timezone.now() - written.created_at
    return age < datetime.timedelta(minutes=EDIT_MINUTES)


def delete_comment(*, comment_id: int, by: User) -> None:
    """Empty one's own comment; answers to it stay. Raises Comment.DoesNotExist for others'."""
    with transaction.atomic():
        written = (
            Comment.objects.editable_by(by).select_related("summary").get(pk=comment_id, author=by)
        )
        written.deleted_at = timezone.now()
        written.save(update_fields=["deleted_at"])
        recount(written)


def publish_waiting(*, comment_id: int) -> Comment:
    """Show a comment that waited for a moderator; one that did not wait stays as it is."""
    with transaction.atomic():
        written = (
            Comment.objects.select_for_update(of=("self",))
            .select_related("summary", "author")
            .get(pk=comment_id)
        )
        if written.state == Comment.State.WAITING and written.deleted_at is None:
            written.state = Comment.State.PUBLISHED
            written.save(update_fields=["state"])
            _tell(written, _render(written), is_new=True)
    return written


def recount(written: Comment) -> None:
    """Bring the counts in step that a comment is part of; questions are in none."""
    if written.summary_id is not None:
        standing.recount_comments(written.summary)
        standing.recount_paper(written.summary.paper_id)


def render_comment(written: Comment) -> None:
    """Render the stored text with today's renderer; nothing else changes."""
    _render(written)
    written.save(update_fields=["html", "renderer_version"])


def _post(written: Comment, text: str, parent_id: int | None) -> Comment:
    written.parent = _thread(written, parent_id)
    written.save()
    _write(written, text)
    return written


def _write(written: Comment, text: str, edited_at: datetime.datetime | None = None) -> None:
    """Save text, HTML and state of a comment, and tell those who wait for it."""
    is_new = edited_at is None
    written.text, written.edited_at = text, edited_at
    rendered = _render(written)
    screening.refuse_unproved(written.author)
    screening.refuse_blocked(written.html)
    if screening.must_wait(written.author, written.html):
        written.state = Comment.State.WAITING
    written.save(update_fields=["text", "html", "renderer_version", "state", "edited_at"])
    _tell(written, rendered, is_new=is_new)
    if written.state == Comment.State.WAITING:
        text_waits.send(Comment, written=written)


def _render(written: Comment) -> Rendered:
    rendered = render_document(
        written.text,
        prefix=f"c{written.pk}-",
        papers=cited_papers(citation_keys(written.text)),
        people=mentioned_people(written.text),
        pictures=pictures_in(written.text),
    )
    written.html = rendered.html
    written.renderer_version = RENDERER_VERSION
    return rendered


def _tell(written: Comment, rendered: Rendered, *, is_new: bool) -> None:
    recount(written)
    if written.state != Comment.State.PUBLISHED:
        return
    if is_new:
        comment_published.send(Comment, comment=written)
    record_mentions(written, rendered.mentions)


def _thread(written: Comment, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    beside = Comment.objects.shown().filter(summary=written.summary_id, paper=written.paper_id)
    parent = beside.filter(pk=parent_id).first()
    if parent is None:
        raise CommentRefused(_("The comment that you answer is gone."))
    return parent.parent or parent

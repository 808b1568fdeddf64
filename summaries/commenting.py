"""Comments under a summary, with one level of answers."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from summaries import standing
from summaries.citing import cited_papers
from summaries.models import Comment, Summary
from summaries.rendering import RENDERER_VERSION, citation_keys, render_document
from summaries.signals import comment_published


class CommentRefused(Exception):
    """The comment is not allowed; the message tells why."""


def comment(*, summary_id: int, author: User, text: str, parent_id: int | None = None) -> Comment:
    """Add a comment, or an answer to the comment `parent_id`.

    An answer to an answer joins the same thread. The author of an anonymous summary answers
    anonymously under it. Raises TextRefused, CommentRefused when the summary is not published or
    the parent is gone, Summary.DoesNotExist when the author may not see the summary.
    """
    with transaction.atomic():
        summary = (
            Summary.objects.visible_to(author).select_for_update(of=("self",)).get(pk=summary_id)
        )
        if not summary.is_public:
            raise CommentRefused("Only published summaries can be discussed.")
        parent = _thread(summary, parent_id)
        written = Comment.objects.create(
            summary=summary,
            parent=parent,
            author=author,
            is_anonymous=summary.is_anonymous and summary.author_id == author.pk,
            text=text,
        )
        render_comment(written)
        standing.recount_comments(summary)
        standing.recount_paper(summary.paper_id)
        comment_published.send(Comment, comment=written)
    return written


def delete_comment(*, comment_id: int, by: User) -> None:
    """Empty one's own comment; answers to it stay. Raises Comment.DoesNotExist for others'."""
    with transaction.atomic():
        written = Comment.objects.shown().select_related("summary").get(pk=comment_id, author=by)
        written.deleted_at = timezone.now()
        written.save(update_fields=["deleted_at"])
        standing.recount_comments(written.summary)
        standing.recount_paper(written.summary.paper_id)


def render_comment(written: Comment) -> None:
    rendered = render_document(
        written.text, prefix=f"c{written.pk}-", papers=cited_papers(citation_keys(written.text))
    )
    written.html = rendered.html
    written.renderer_version = RENDERER_VERSION
    written.save(update_fields=["html", "renderer_version"])


def _thread(summary: Summary, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = Comment.objects.shown().filter(summary=summary, pk=parent_id).first()
    if parent is None:
        raise CommentRefused("The comment that you answer is gone.")
    return parent.parent or parent

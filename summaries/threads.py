"""Discussions as their readers see them: threads, placeholders, and who wrote the paper."""

from collections.abc import Iterable

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from papers.models import Paper
from summaries.actions.claim_authorship import claimants_of
from summaries.actions.comment import is_editable
from summaries.models import Comment, Summary

FIRST_COMMENTS = 2


def threads_under(summary: Summary, viewer, *, claimants: set[int]) -> list[Comment]:
    """Return the comments under a summary, oldest first, each with `answers`; one query."""
    return _threads(Comment.objects.filter(summary=summary), viewer, claimants)


def questions_on(paper: Paper, viewer, *, claimants: set[int]) -> list[Comment]:
    """Return the questions on a paper, oldest first, each with `answers`; one query."""
    return _threads(Comment.objects.filter(paper=paper), viewer, claimants)


def attach_first_comments(summaries: list[Summary], *, claimants: set[int]) -> None:
    """Set `first_comments` of each summary, in one query that reads no others."""
    row_number = Window(RowNumber(), partition_by="summary_id", order_by=["created_at", "pk"])
    comments = (
        Comment.objects.shown()
        .filter(summary__in=summaries, parent=None)
        .select_related("author")
        .annotate(row_number=row_number)
        .filter(row_number__lte=FIRST_COMMENTS)
        .order_by("created_at", "pk")
    )
    by_summary: dict[int, list[Comment]] = {}
    for comment in comments:
        mark_author(comment, claimants)
        by_summary.setdefault(comment.summary_id, []).append(comment)
    for summary in summaries:
        summary.first_comments = by_summary.get(summary.pk, [])


def mark_authors(summaries: Iterable[Summary], paper: Paper) -> set[int]:
    """Mark the summaries signed by authors of the paper; return the claimants' ids."""
    claimants = claimants_of(paper)
    for summary in summaries:
        mark_author(summary, claimants)
    return claimants


def mark_author(text: Summary | Comment, claimants: set[int]) -> None:
    """Set `is_by_author_of_paper` of a signed text.

    Beside an anonymous text the mark would show who wrote it.
    """
    text.is_by_author_of_paper = text.byline is not None and text.byline.pk in claimants


def _threads(comments, viewer, claimants: set[int]) -> list[Comment]:
    all_comments = list(comments.select_related("author").order_by("created_at", "pk"))
    for comment in all_comments:
        comment.answers = []
        comment.placeholder = _placeholder(comment, viewer)
        comment.is_mine = viewer.is_authenticated and comment.author_id == viewer.pk
        comment.is_waiting = comment.state == Comment.State.WAITING
        comment.may_be_edited = comment.is_mine and is_editable(comment)
        mark_author(comment, claimants)
    roots = {comment.pk: comment for comment in all_comments if comment.parent_id is None}
    for comment in all_comments:
        # A deleted reply leaves no placeholder: nothing depends on it.
        if comment.parent_id in roots and not comment.placeholder:
            roots[comment.parent_id].answers.append(comment)
    return [comment for comment in roots.values() if comment.answers or not comment.placeholder]


def _placeholder(comment: Comment, viewer) -> str:
    """Return what to show instead of a comment that the viewer may not see, or ""."""
    if comment.state == Comment.State.HIDDEN:
        return _("Removed by moderators.")
    if comment.deleted_at is not None:
        return _("Deleted by its author.")
    is_own = viewer.is_authenticated and comment.author_id == viewer.pk
    if comment.state == Comment.State.WAITING and not is_own:
        return _("Waiting for a moderator.")
    return ""

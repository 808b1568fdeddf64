"""Lock summaries, and before them their papers, in the order of `papers.locks`.

Every operation that changes a summary, or something that is counted for one, begins here, inside
a function that is `transactional`.
"""

from collections.abc import Iterable

from common.db.transactions import TryAgainError
from papers.locks import BATCH_SIZE, lock_papers
from summaries.models import Comment, Summary
from summaries.querysets import CommentQuerySet, SummaryQuerySet


def lock_summary(summary_id: int, rows: SummaryQuerySet | None = None) -> Summary:
    """Lock a summary, after its paper, and return it as stored.

    Raises Summary.DoesNotExist when it is not among `rows`, by default all summaries.
    """
    rows = Summary.objects.all() if rows is None else rows
    # `rows` is not used yet: whether the summary is among them is checked once, under the lock.
    locked_papers = lock_papers(Summary.objects.filter(pk=summary_id).values("paper"))
    summary = rows.select_for_update(of=("self",), no_key=True).get(pk=summary_id)
    _refuse_moved([summary], locked_papers)
    return summary


def lock_summaries(summary_ids: Iterable[int]) -> list[Summary]:
    """Lock the existing ones of the summaries, after all their papers; return them by id."""
    summary_ids = sorted(set(summary_ids))
    locked_papers = lock_papers(papers_of(summary_ids))
    locked: list[Summary] = []
    for start in range(0, len(summary_ids), BATCH_SIZE):
        rows = Summary.objects.select_for_update(no_key=True).order_by("pk")
        locked += rows.filter(pk__in=summary_ids[start : start + BATCH_SIZE])
    _refuse_moved(locked, locked_papers)
    return locked


def lock_comment(comment_id: int, rows: CommentQuerySet | None = None) -> Comment:
    """Lock a comment or question, after its paper and summary, and return it as stored.

    Raises Comment.DoesNotExist when it is not among `rows`, by default all comments.
    """
    rows = Comment.objects.all() if rows is None else rows
    parents = Comment.objects.filter(pk=comment_id).values_list("summary_id", "paper_id").first()
    if parents is None:
        raise Comment.DoesNotExist(f"There is no comment {comment_id}.")
    summary_id, paper_id = parents
    summary = lock_summary(summary_id) if summary_id else None
    locked_papers = lock_papers([paper_id])
    comment = (
        rows.select_for_update(of=("self",), no_key=True)
        .select_related("author")
        .get(pk=comment_id)
    )
    if summary is not None:
        comment.summary = summary
    elif comment.paper_id not in locked_papers:
        raise TryAgainError(f"Comment {comment_id} moved to another paper.")
    return comment


def papers_of(summary_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return {paper id: [ids of those summaries]}; summaries that don't exist are left out."""
    pks = sorted(set(summary_ids))
    by_paper: dict[int, list[int]] = {}
    for start in range(0, len(pks), BATCH_SIZE):
        batch = Summary.objects.filter(pk__in=pks[start : start + BATCH_SIZE])
        for paper_id, pk in batch.values_list("paper_id", "pk"):
            by_paper.setdefault(paper_id, []).append(pk)
    return by_paper


def _refuse_moved(summaries: Iterable[Summary], locked_papers: set[int]) -> None:
    """Check that the locked papers are still those of the summaries.

    A merge may have moved a summary while the lock of its old paper was waited for. Raises
    TryAgainError.
    """
    for summary in summaries:
        if summary.paper_id not in locked_papers:
            raise TryAgainError(f"Summary {summary.pk} moved to another paper.")

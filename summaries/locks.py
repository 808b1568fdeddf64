"""Lock summaries, and before them their papers, in the order that `papers.locks` tells.

Every operation that changes a summary, or something that is counted for one, begins here, inside
a function that is `transactional`.
"""

from collections.abc import Iterable

from common.db.transactions import TryAgainError
from papers.locks import BATCH_SIZE, lock_papers
from summaries.models import Comment, Summary
from summaries.querysets import CommentQuerySet, SummaryQuerySet


def lock_summary(number: int, rows: SummaryQuerySet | None = None) -> Summary:
    """The locked summary as it is now, its paper locked before it.

    `rows` are those that it has to be among, by default all: raises Summary.DoesNotExist.
    """
    rows = Summary.objects.all() if rows is None else rows
    # Not narrowed: whether it is among `rows` is asked once, under the lock.
    held = lock_papers(Summary.objects.filter(pk=number).values("paper"))
    summary = rows.select_for_update(of=("self",), no_key=True).get(pk=number)
    _refuse_moved([summary], held)
    return summary


def lock_summaries(numbers: Iterable[int]) -> list[Summary]:
    """Those of the summaries that exist, locked, by ascending number; all their papers before."""
    numbers = sorted(set(numbers))
    held = lock_papers(papers_of(numbers))
    locked: list[Summary] = []
    for start in range(0, len(numbers), BATCH_SIZE):
        rows = Summary.objects.select_for_update(no_key=True).order_by("pk")
        locked += rows.filter(pk__in=numbers[start : start + BATCH_SIZE])
    _refuse_moved(locked, held)
    return locked


def lock_comment(number: int, rows: CommentQuerySet | None = None) -> Comment:
    """The locked comment with its summary, or question; paper and summary are locked before it.

    `rows` are those that it has to be among, by default all: raises Comment.DoesNotExist.
    """
    rows = Comment.objects.all() if rows is None else rows
    under = Comment.objects.filter(pk=number).values_list("summary_id", "paper_id").first()
    if under is None:
        raise Comment.DoesNotExist(f"There is no comment {number}.")
    summary_id, paper_id = under
    summary = lock_summary(summary_id) if summary_id else None
    held = lock_papers([paper_id])
    comment = (
        rows.select_for_update(of=("self",), no_key=True).select_related("author").get(pk=number)
    )
    if summary is not None:
        comment.summary = summary
    elif comment.paper_id not in held:
        raise TryAgainError(f"Comment {number} moved to another paper.")
    return comment


def papers_of(summary_ids: Iterable[int]) -> dict[int, list[int]]:
    """{number of a paper: numbers of those of its summaries}; what is gone is left out."""
    numbers = sorted(set(summary_ids))
    found: dict[int, list[int]] = {}
    for start in range(0, len(numbers), BATCH_SIZE):
        batch = Summary.objects.filter(pk__in=numbers[start : start + BATCH_SIZE])
        for paper_id, number in batch.values_list("paper_id", "pk"):
            found.setdefault(paper_id, []).append(number)
    return found


def _refuse_moved(summaries: Iterable[Summary], held: set[int]) -> None:
    """A merge of papers moves summaries while their old paper is waited for."""
    for summary in summaries:
        if summary.paper_id not in held:
            raise TryAgainError(f"Summary {summary.pk} moved to another paper.")

"""Stored counts and list orders: recounted as a whole, so that they cannot drift."""

import datetime
from collections.abc import Sequence

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from common.db.batches import in_batches
from common.db.transactions import transactional
from papers.locks import lock_papers
from papers.models import Paper
from summaries.models import Comment, PaperRanking, Summary, SummaryRequest, Vote
from summaries.ranking import scores
from summaries.ranking.best_first import best_of


def votes_that_count() -> QuerySet[Vote]:
    """Return votes by verified people who are not suspended, without excluded ones."""
    is_free = Q(voter__suspended_until=None) | Q(voter__suspended_until__lte=timezone.now())
    return Vote.objects.filter(
        is_free, voter__is_active=True, voter__is_verified=True, is_discounted=False
    )


def recount_votes(summary: Summary) -> None:
    """Recount the votes of a summary; the caller has locked its paper and the summary."""
    counts = (
        votes_that_count()
        .filter(summary=summary)
        .aggregate(
            score=Sum("value", default=0),
            ups=Count("pk", filter=Q(value=1)),
            downs=Count("pk", filter=Q(value=-1)),
        )
    )
    summary.score = counts["score"]
    summary.up_count = counts["ups"]
    summary.down_count = counts["downs"]
    summary.save(update_fields=["score", "up_count", "down_count"])


def recount_comments(summary: Summary) -> None:
    """Recount the comments of a summary; the caller has locked its paper and the summary."""
    summary.comment_count = Comment.objects.filter(summary=summary).shown().count()
    summary.save(update_fields=["comment_count"])


def recount_paper(paper_id: int) -> None:
    """Recount a paper's published summaries and its place in the lists.

    The caller holds the paper's lock: without it, the later of two might not see what the other has
    written.
    """
    published = list(
        Summary.objects.published()
        .filter(paper_id=paper_id)
        .only("id", "score", "up_count", "down_count", "comment_count", "published_at")
    )
    Paper.objects.filter(pk=paper_id).update(summary_count=len(published))
    if not published:
        PaperRanking.objects.filter(paper_id=paper_id).delete()
        return
    commented_at = (
        Comment.objects.shown().filter(summary__in=published).aggregate(at=Max("created_at"))["at"]
    )
    PaperRanking.objects.update_or_create(
        paper_id=paper_id, defaults=ranking_of(published, commented_at=commented_at)
    )


def ranking_of(
    published: Sequence[Summary], *, commented_at: datetime.datetime | None
) -> dict[str, object]:
    """Return the columns of the PaperRanking of a paper with these published summaries.

    `commented_at` is the time of the last comment that is shown under any of them.
    """
    latest = max(published, key=lambda summary: (summary.published_at, summary.pk))
    comment_count = sum(summary.comment_count for summary in published)
    return {
        "top_summary_id": best_of(published).pk,
        "latest_summary_id": latest.pk,
        "latest_at": latest.published_at,
        "popular": max(
            scores.popularity(score=summary.score, since=summary.published_at)
            for summary in published
        ),
        "best": max(
            scores.wilson_lower_bound(ups=summary.up_count, downs=summary.down_count)
            for summary in published
        ),
        "discussed": scores.liveliness(
            comment_count=comment_count, latest_at=commented_at or latest.published_at
        ),
        "comment_count": comment_count,
    }


def recount_requests(paper_id: int) -> int:
    """Recount the requests for a summary and return them; the caller holds the paper's lock."""
    count = SummaryRequest.objects.filter(paper_id=paper_id).count()
    Paper.objects.filter(pk=paper_id).update(wish_count=count)
    return count


def counted_papers() -> QuerySet[Paper]:
    """Return the papers that have, or had, something to count."""
    counted = Q(summary_count__gt=0) | Q(wish_count__gt=0)
    for model in (Summary, SummaryRequest, PaperRanking):
        counted |= Q(Exists(model.objects.filter(paper=OuterRef("pk"))))
    return Paper.objects.filter(counted)


def recount_all(*, batch_size: int = 200) -> int:
    """Recount all papers that have, or had, something to count; return the number of summaries."""
    papers = counted_papers().values_list("pk", flat=True)
    return sum(
        recount_whole(paper_id) for batch in in_batches(papers, batch_size) for paper_id in batch
    )


@transactional
def recount_whole(paper_id: int) -> int:
    """Recount everything about one paper; return the number of its summaries."""
    if not lock_papers([paper_id]):
        return 0  # Merged in the meantime.
    rows = Summary.objects.select_for_update(no_key=True).order_by("pk")
    summaries = list(rows.filter(paper=paper_id))
    for summary in summaries:
        recount_votes(summary)
        recount_comments(summary)
    recount_paper(paper_id)
    recount_requests(paper_id)
    return len(summaries)

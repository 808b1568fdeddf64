"""Keep the rows true that lists are read from: recounted as a whole, so they cannot drift."""

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from common.db.batches import in_batches
from common.db.transactions import transactional
from papers.locks import lock_papers
from papers.models import Paper
from summaries.models import Comment, PaperRanking, Summary, SummaryRequest, Vote
from summaries.ranking import scores


def votes_that_count() -> QuerySet[Vote]:
    """Those of verified people whose account is open, and that are no part of a ring."""
    is_free = Q(voter__suspended_until=None) | Q(voter__suspended_until__lte=timezone.now())
    return Vote.objects.filter(
        is_free, voter__is_active=True, voter__is_verified=True, is_discounted=False
    )


def recount_votes(summary: Summary) -> None:
    """Count the votes of a summary anew. The caller holds the locks of paper and summary."""
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
    """Count the comments of a summary anew. The caller holds the locks of paper and summary."""
    summary.comment_count = Comment.objects.filter(summary=summary).shown().count()
    summary.save(update_fields=["comment_count"])


def recount_paper(paper_id: int) -> None:
    """Write the paper's standing and number of summaries anew from its published summaries.

    The caller holds the paper's lock: of two who count without it, the later one may not see what
    the other one has written.
    """
    published = list(
        Summary.objects.published()
        .filter(paper_id=paper_id)
        .only("id", "score", "up_count", "down_count", "comment_count", "published_at")
        .ranked()
    )
    Paper.objects.filter(pk=paper_id).update(summary_count=len(published))
    if not published:
        PaperRanking.objects.filter(paper_id=paper_id).delete()
        return
    latest = max(published, key=lambda summary: (summary.published_at, summary.pk))
    comment_count = sum(summary.comment_count for summary in published)
    commented_at = (
        Comment.objects.shown().filter(summary__in=published).aggregate(at=Max("created_at"))["at"]
    )
    PaperRanking.objects.update_or_create(
        paper_id=paper_id,
        defaults={
            "top_summary": published[0],
            "latest_summary": latest,
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
        },
    )


def recount_requests(paper_id: int) -> int:
    """Write how many people ask for a summary; the caller holds the paper's lock."""
    count = SummaryRequest.objects.filter(paper_id=paper_id).count()
    Paper.objects.filter(pk=paper_id).update(wish_count=count)
    return count


def recount_all(*, batch_size: int = 200) -> int:
    """Write all stored counts and list orders anew; return the number of summaries."""
    counted = Q(summary_count__gt=0) | Q(wish_count__gt=0)
    for model in (Summary, SummaryRequest, PaperRanking):
        counted |= Q(Exists(model.objects.filter(paper=OuterRef("pk"))))
    papers = Paper.objects.filter(counted).values_list("pk", flat=True)
    return sum(
        recount_whole(number) for batch in in_batches(papers, batch_size) for number in batch
    )


@transactional
def recount_whole(paper_id: int) -> int:
    """Everything that is counted for one paper; returns the number of its summaries."""
    if not lock_papers([paper_id]):
        return 0  # Merged meanwhile.
    rows = Summary.objects.select_for_update(no_key=True).order_by("pk")
    summaries = list(rows.filter(paper=paper_id))
    for summary in summaries:
        recount_votes(summary)
        recount_comments(summary)
    recount_paper(paper_id)
    recount_requests(paper_id)
    return len(summaries)

"""Keep the rows true that lists are read from: recounted as a whole, so they cannot drift."""

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone

from papers.models import Paper
from shortscience.lib.batches import in_batches
from summaries import ranking
from summaries.models import Comment, Standing, Summary, Vote


def votes_that_count() -> QuerySet[Vote]:
    """Those of verified people whose account is open, and that are no part of a ring."""
    is_free = Q(voter__suspended_until=None) | Q(voter__suspended_until__lte=timezone.now())
    return Vote.objects.filter(
        is_free, voter__is_active=True, voter__is_verified=True, is_discounted=False
    )


def recount_votes(summary: Summary) -> None:
    """Count the votes of a summary anew. The caller holds the row's lock."""
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
    summary.comment_count = Comment.objects.filter(summary=summary).shown().count()
    summary.save(update_fields=["comment_count"])


def recount_paper(paper_id: int) -> None:
    """Write the paper's standing and number of summaries anew from its published summaries."""
    published = list(
        Summary.objects.published()
        .filter(paper_id=paper_id)
        .only("id", "score", "up_count", "down_count", "comment_count", "published_at")
        .ranked()
    )
    Paper.objects.filter(pk=paper_id).update(summary_count=len(published))
    if not published:
        Standing.objects.filter(paper_id=paper_id).delete()
        return
    latest = max(published, key=lambda summary: (summary.published_at, summary.pk))
    comment_count = sum(summary.comment_count for summary in published)
    commented_at = (
        Comment.objects.shown().filter(summary__in=published).aggregate(at=Max("created_at"))["at"]
    )
    Standing.objects.update_or_create(
        paper_id=paper_id,
        defaults={
            "top_summary": published[0],
            "latest_summary": latest,
            "latest_at": latest.published_at,
            "popular": max(
                ranking.popularity(score=summary.score, since=summary.published_at)
                for summary in published
            ),
            "best": max(
                ranking.wilson_lower_bound(ups=summary.up_count, downs=summary.down_count)
                for summary in published
            ),
            "discussed": ranking.liveliness(
                comment_count=comment_count, latest_at=commented_at or latest.published_at
            ),
            "comment_count": comment_count,
        },
    )


def recount_all(*, batch_size: int = 200) -> int:
    """Write all stored counts and list orders anew; return the number of summaries."""
    count = 0
    paper_ids = set()
    for batch in in_batches(Summary.objects.values_list("pk", flat=True), batch_size):
        for number in batch:
            with transaction.atomic():
                locked = Summary.objects.select_for_update(of=("self",)).get(pk=number)
                recount_votes(locked)
                recount_comments(locked)
            paper_ids.add(locked.paper_id)
            count += 1
    for paper_id in paper_ids:
        recount_paper(paper_id)
    return count

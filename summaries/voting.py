"""Votes: one row per voter and summary, the score recounted under the summary's lock."""

from django.db import transaction

from accounts.models import User
from summaries import standing
from summaries.models import Summary, Vote


class VoteRefused(Exception):
    """The vote is not allowed; the message tells the voter why."""


def cast_vote(*, summary_id: int, voter: User, value: int) -> int:
    """Record one vote and return the summary's new score.

    `value` is +1, -1, or 0 to withdraw; the same vote twice changes nothing. Raises
    Summary.DoesNotExist when the voter may not see the summary, VoteRefused for the own one and
    for one that is not published, ValueError for any other value.
    """
    if value not in (1, 0, -1):
        raise ValueError("value must be 1, 0 or -1")
    with transaction.atomic():
        # The lock is on the summary's row alone; SQLite locks the whole file for the writer.
        summary = (
            Summary.objects.visible_to(voter).select_for_update(of=("self",)).get(pk=summary_id)
        )
        if summary.author_id == voter.pk:
            raise VoteRefused("You wrote this one.")
        if not summary.is_public:
            raise VoteRefused("Only published summaries can be voted on.")
        if value == 0:
            Vote.objects.filter(summary=summary, voter=voter).delete()
        else:
            Vote.objects.update_or_create(summary=summary, voter=voter, defaults={"value": value})
        standing.recount_votes(summary)
        standing.recount_paper(summary.paper_id)
    return summary.score


def recount_votes_of(voter: User) -> int:
    """Count a voter's votes anew after the account was verified, closed or opened again.

    Returns the number of summaries touched.
    """
    summary_ids = list(Vote.objects.filter(voter=voter).values_list("summary_id", flat=True))
    for summary_id in summary_ids:
        with transaction.atomic():
            summary = Summary.objects.select_for_update(of=("self",)).get(pk=summary_id)
            standing.recount_votes(summary)
            standing.recount_paper(summary.paper_id)
    return len(summary_ids)

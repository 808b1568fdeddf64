"""Votes: one row per voter and summary; the score is recounted under the lock of the paper."""

import datetime
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from papers.locks import lock_papers
from summaries.locks import lock_summary, papers_of
from summaries.models import Summary, Vote
from summaries.ranking import counters


class VoteNotAllowedError(Exception):
    """The vote is not allowed; the message explains why."""


@transactional
def cast_vote(*, summary_id: int, voter: User, value: int) -> int:
    """Record one vote and return the summary's new score.

    `value` is +1, -1, or 0 to withdraw; the same vote twice changes nothing. Raises
    Summary.DoesNotExist when the voter may not see the summary, VoteNotAllowedError for one's own
    summary, for an unpublished one and for a vote that moderators excluded, ValueError for any
    other value.
    """
    if value not in (1, 0, -1):
        raise ValueError("value must be 1, 0 or -1")
    summary = lock_summary(summary_id, Summary.objects.visible_to(voter))
    if summary.author_id == voter.pk:
        raise VoteNotAllowedError(_("You can't vote on your own summary."))
    if not summary.is_public:
        raise VoteNotAllowedError(_("You can only vote on published summaries."))
    # Whether the vote counts must not change before this is committed.
    accounts = User.objects.select_for_update(no_key=True).values_list("pk", flat=True)
    if not accounts.filter(pk=voter.pk).first():
        raise Summary.DoesNotExist("The voter's account no longer exists.")
    _write_vote(summary, voter, value)
    counters.recount_votes(summary)
    counters.recount_paper(summary.paper_id)
    return summary.score


def _write_vote(summary: Summary, voter: User, value: int) -> None:
    """Write the row under the summary's lock, so that nobody else writes the same one.

    Raises VoteNotAllowedError.
    """
    vote = Vote.objects.filter(summary=summary, voter=voter).first()
    if vote is not None and vote.is_discounted:
        # Withdrawn and cast again, it would count.
        raise VoteNotAllowedError(
            _(
                "Moderators excluded this vote, so you can't change it. If you think this is a "
                "mistake, contact us."
            )
        )
    if vote is None and value:
        Vote.objects.create(summary=summary, voter=voter, value=value)
    elif vote is not None and not value:
        vote.delete()
    elif vote is not None and vote.value != value:
        vote.value = value
        vote.save(update_fields=["value"])


def recount_votes_of(voter: User) -> int:
    """Recount a voter's votes after the account was verified, closed or reopened.

    Returns the number of summaries.
    """
    return recount_votes_on(Vote.objects.filter(voter=voter).values_list("summary_id", flat=True))


def recount_votes_on(summary_ids: Iterable[int]) -> int:
    """Recount the votes on these summaries and the numbers of their papers; return how many.

    Paper by paper, each in a transaction of its own unless one is open.
    """
    pks = set(summary_ids)
    waiting = pks
    while waiting:
        done: set[int] = set()
        by_paper = papers_of(waiting)
        for paper_id in sorted(by_paper):
            done |= _recount_votes_on_paper(paper_id, by_paper[paper_id])
        # A summary that moved to another paper is counted there; a deleted one is left out.
        waiting = {pk for on_paper in by_paper.values() for pk in on_paper} - done
    return len(pks)


@transactional
def _recount_votes_on_paper(paper_id: int, summary_ids: list[int]) -> set[int]:
    """Return the ids of those summaries that belong to the paper."""
    lock_papers([paper_id])
    rows = Summary.objects.select_for_update(no_key=True).order_by("pk")
    summaries = list(rows.filter(paper=paper_id, pk__in=summary_ids))
    for summary in summaries:
        counters.recount_votes(summary)
    if summaries:
        counters.recount_paper(paper_id)
    return {summary.pk for summary in summaries}


def recount_after_suspensions() -> int:
    """Recount the votes of people whose suspension ran out in the last three days.

    No event is sent at that moment, so a daily task looks for them. Returns how many people.
    """
    now = timezone.now()
    since = now - datetime.timedelta(days=3)
    free_again = User.objects.filter(suspended_until__gt=since, suspended_until__lte=now)
    count = 0
    for person in free_again:
        recount_votes_of(person)
        count += 1
    return count

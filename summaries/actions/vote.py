"""Votes: one row per voter and summary, the score recounted under the lock of the paper."""

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
    """The vote is not allowed; the message tells the voter why."""


@transactional
def cast_vote(*, summary_id: int, voter: User, value: int) -> int:
    """Record one vote and return the summary's new score.

    `value` is +1, -1, or 0 to withdraw; the same vote twice changes nothing. Raises
    Summary.DoesNotExist when the voter may not see the summary, VoteNotAllowedError for the own one, for
    one that is not published, and to change a vote that moderators took out of the count;
    ValueError for any other value.
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
        raise Summary.DoesNotExist("The account of the voter is gone, and sees nothing.")
    _write_vote(summary, voter, value)
    counters.recount_votes(summary)
    counters.recount_paper(summary.paper_id)
    return summary.score


def _write_vote(summary: Summary, voter: User, value: int) -> None:
    """Under the summary's lock, so that nobody else writes the same row. Raises VoteNotAllowedError."""
    vote = Vote.objects.filter(summary=summary, voter=voter).first()
    if vote is not None and vote.is_discounted:
        # Taken back and cast anew it would count again.
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
    """Count a voter's votes anew after the account was verified, closed or opened again.

    Returns the number of summaries touched.
    """
    return recount_votes_on(Vote.objects.filter(voter=voter).values_list("summary_id", flat=True))


def recount_votes_on(summary_ids: Iterable[int]) -> int:
    """Count the votes on these summaries anew, and place their papers; returns how many.

    Paper by paper, each in a transaction of its own unless one is open.
    """
    numbers = set(summary_ids)
    waiting = numbers
    while waiting:
        done: set[int] = set()
        on_papers = papers_of(waiting)
        for paper_id in sorted(on_papers):
            done |= _recount_votes_on_paper(paper_id, on_papers[paper_id])
        # What moved to another paper meanwhile is looked for there; what is gone, nowhere.
        waiting = {number for found in on_papers.values() for number in found} - done
    return len(numbers)


@transactional
def _recount_votes_on_paper(paper_id: int, summary_ids: list[int]) -> set[int]:
    """Returns the numbers of those summaries that the paper has."""
    lock_papers([paper_id])
    rows = Summary.objects.select_for_update(no_key=True).order_by("pk")
    summaries = list(rows.filter(paper=paper_id, pk__in=summary_ids))
    for summary in summaries:
        counters.recount_votes(summary)
    if summaries:
        counters.recount_paper(paper_id)
    return {summary.pk for summary in summaries}


def recount_after_suspensions() -> int:
    """Let the votes of those count again whose suspension ran out in the last days.

    Nothing else happens at that moment, so a daily task looks. Returns how many people.
    """
    now = timezone.now()
    since = now - datetime.timedelta(days=3)
    free_again = User.objects.filter(suspended_until__gt=since, suspended_until__lte=now)
    count = 0
    for person in free_again:
        recount_votes_of(person)
        count += 1
    return count

"""Votes: one row per voter and summary, the score recounted under the summary's lock."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from summaries import standing
from summaries.models import Summary, Vote


class VoteRefused(Exception):
    """The vote is not allowed; the message tells the voter why."""


def cast_vote(*, summary_id: int, voter: User, value: int) -> int:
    """Record one vote and return the summary's new score.

    `value` is +1, -1, or 0 to withdraw; the same vote twice changes nothing. Raises
    Summary.DoesNotExist when the voter may not see the summary, VoteRefused for the own one, for
    one that is not published, and to change a vote that moderators took out of the count;
    ValueError for any other value.
    """
    if value not in (1, 0, -1):
        raise ValueError("value must be 1, 0 or -1")
    with transaction.atomic():
        # The lock is on the summary's row alone; SQLite locks the whole file for the writer.
        summary = (
            Summary.objects.visible_to(voter).select_for_update(of=("self",)).get(pk=summary_id)
        )
        if summary.author_id == voter.pk:
            raise VoteRefused(_("You wrote this one."))
        if not summary.is_public:
            raise VoteRefused(_("Only published summaries can be voted on."))
        cast = Vote.objects.filter(summary=summary, voter=voter)
        if cast.filter(is_discounted=True).exists():
            # Taken back and cast anew it would count again.
            raise VoteRefused(
                _(
                    "Moderators took this vote out of the count, so it stays as it is. If you "
                    "think that is wrong, write to us."
                )
            )
        if value == 0:
            cast.delete()
        else:
            Vote.objects.update_or_create(summary=summary, voter=voter, defaults={"value": value})
        standing.recount_votes(summary)
        standing.recount_paper(summary.paper_id)
    return summary.score


def recount_votes_of(voter: User) -> int:
    """Count a voter's votes anew after the account was verified, closed or opened again.

    Returns the number of summaries touched.
    """
    return recount_votes_on(Vote.objects.filter(voter=voter).values_list("summary_id", flat=True))


def recount_votes_on(summary_ids: Iterable[int]) -> int:
    """Count the votes on these summaries anew, and place their papers; returns how many."""
    numbers = sorted(set(summary_ids))
    for number in numbers:
        with transaction.atomic():
            summary = Summary.objects.select_for_update(of=("self",)).filter(pk=number).first()
            if summary is not None:
                standing.recount_votes(summary)
                standing.recount_paper(summary.paper_id)
    return len(numbers)


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

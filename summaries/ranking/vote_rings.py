"""Votes that look coordinated: found once a day, shown to a moderator, excluded in one action.

**The measure.** An arrow leads from a voter to the author of each signed summary that the voter
voted on in the last `WINDOW_DAYS`; its weight is the number of votes in one direction. An arrow
is suspicious when it has `HEAVY` votes or more and they are at least half of all votes that the
voter cast in this time: people who read widely cast many votes and have no such arrow. Accounts
that are connected by suspicious arrows form a group. A group is shown to a moderator when it has

* at least two suspicious arrows, so that one faithful reader of one author is no group,
* at most `MOST_ACCOUNTS` accounts, because more are the readers of a popular author,
* at least `MANY` votes in its suspicious arrows, and
* half of these votes or more within some `BURST_HOURS`.

The thresholds rather miss a ring than suspect readers: a moderator looks at each and decides.
Votes on anonymous summaries make no arrow, which would show who wrote them; they only count
among the votes that a voter cast.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from common.db.transactions import TryAgainError, transactional
from summaries.actions import vote as voting
from summaries.locks import lock_summaries
from summaries.models import Summary, Vote, VoteRing
from summaries.ranking import counters, reputation

WINDOW_DAYS = 30
HEAVY = 4
MANY = 10
MOST_ACCOUNTS = 25
BURST_HOURS = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """Votes in one direction by one person on the signed summaries of another."""

    voter_id: int
    author_id: int
    votes: tuple[Vote, ...]


def find_rings() -> list[VoteRing]:
    """Store the groups whose votes look coordinated; return rings that are new or have grown.

    Running it twice changes nothing: votes of a group with an open ring join that ring, and votes
    that a moderator has decided on are not reported again.
    """
    rings = []
    for value in (1, -1):
        arrows = _suspicious_arrows(value)
        for group in _groups(arrows):
            if _looks_arranged(group):
                ring = _write_down(group, value)
                if ring is not None:
                    rings.append(ring)
    return rings


def discount(*, ring_id: int, by: User) -> VoteRing:
    """Exclude a ring's votes from all counts; twice changes nothing.

    A ring that was cleared before can be discounted too. Raises VoteRing.DoesNotExist.
    """
    return _decide(ring_id, by, VoteRing.State.DISCOUNTED)


def clear(*, ring_id: int, by: User) -> VoteRing:
    """Let a ring's votes count, whatever was decided before.

    A vote that is also in another discounted ring remains excluded. Raises VoteRing.DoesNotExist.
    """
    return _decide(ring_id, by, VoteRing.State.CLEARED)


@transactional
def _decide(ring_id: int, by: User, state: str) -> VoteRing:
    ring = lock(ring_id)
    if ring.state == state:
        return ring
    ring.state, ring.decided_by, ring.decided_at = state, by, timezone.now()
    ring.save(update_fields=["state", "decided_by", "decided_at"])
    discounted = Vote.objects.filter(rings__state=VoteRing.State.DISCOUNTED)
    votes = Vote.objects.filter(rings=ring)
    votes.filter(pk__in=discounted.values("pk")).update(is_discounted=True)
    votes.exclude(pk__in=discounted.values("pk")).update(is_discounted=False)
    voting.recount_votes_on(votes.values_list("summary_id", flat=True))
    authors = Summary.objects.filter(votes__in=votes, is_anonymous=False)
    reputation.recount(authors.values_list("author_id", flat=True))
    return ring


def lock(ring_id: int) -> VoteRing:
    """Lock a ring, after the papers and summaries of its votes, inside a transaction.

    Raises VoteRing.DoesNotExist, and TryAgainError when the ring has grown in the meantime.
    """
    summary_ids = Vote.objects.filter(rings=ring_id).values_list("summary_id", flat=True)
    locked_ids = {summary.pk for summary in lock_summaries(summary_ids.all())}
    ring = VoteRing.objects.select_for_update(no_key=True).get(pk=ring_id)
    if not locked_ids.issuperset(summary_ids.all()):
        raise TryAgainError(f"Ring {ring_id} has grown.")
    return ring


def _suspicious_arrows(value: int) -> list[Arrow]:
    since = timezone.now() - datetime.timedelta(days=WINDOW_DAYS)
    recent = counters.votes_that_count().filter(created_at__gte=since)
    # A moderator has decided that these are honest.
    cleared = Vote.objects.filter(rings__state=VoteRing.State.CLEARED)
    on_signed = (
        recent.filter(
            value=value,
            summary__in=Summary.objects.published().filter(is_anonymous=False),
            summary__author__isnull=False,
        )
        .exclude(pk__in=cleared.values("pk"))
        .values("voter_id", "summary__author_id")
    )
    heavy = on_signed.annotate(weight=Count("pk")).filter(weight__gte=HEAVY)
    pairs = {(row["voter_id"], row["summary__author_id"]): row["weight"] for row in heavy}
    cast_counts = Counter(
        {
            row["voter_id"]: row["cast"]
            for row in recent.filter(voter__in={voter for voter, _ in pairs})
            .values("voter_id")
            .annotate(cast=Count("pk"))
        }
    )
    suspicious = {pair for pair, weight in pairs.items() if 2 * weight >= cast_counts[pair[0]]}
    votes = defaultdict(list)
    for vote in (
        recent.filter(
            value=value,
            voter__in={voter for voter, _ in suspicious},
            summary__in=Summary.objects.published().filter(is_anonymous=False),
        )
        .exclude(pk__in=cleared.values("pk"))
        .select_related("summary")
        .defer("summary__text", "summary__html", "summary__excerpt_html", "summary__plain_text")
        .order_by("pk")
    ):
        pair = (vote.voter_id, vote.summary.author_id)
        if pair in suspicious:
            votes[pair].append(vote)
    return [
        Arrow(voter_id=voter, author_id=author, votes=tuple(votes[voter, author]))
        for voter, author in sorted(votes)
    ]


def _groups(arrows: Iterable[Arrow]) -> list[list[Arrow]]:
    """Group the arrows by the accounts that they connect."""
    head: dict[int, int] = {}

    def find(account: int) -> int:
        head.setdefault(account, account)
        while head[account] != account:
            account = head[account]
        return account

    arrows = list(arrows)
    for arrow in arrows:
        head[find(arrow.voter_id)] = find(arrow.author_id)
    groups = defaultdict(list)
    for arrow in arrows:
        groups[find(arrow.author_id)].append(arrow)
    return list(groups.values())


def _looks_arranged(group: list[Arrow]) -> bool:
    total = sum(len(arrow.votes) for arrow in group)
    return (
        len(group) >= 2
        and len(_accounts(group)) <= MOST_ACCOUNTS
        and total >= MANY
        and 2 * _densest(group) >= total
    )


def _densest(group: list[Arrow]) -> int:
    """Return the most votes within any BURST_HOURS."""
    times = sorted(vote.created_at for arrow in group for vote in arrow.votes)
    span = datetime.timedelta(hours=BURST_HOURS)
    start = most = 0
    for end, time in enumerate(times):
        while time - times[start] > span:
            start += 1
        most = max(most, end - start + 1)
    return most


def _accounts(group: list[Arrow]) -> set[int]:
    return {arrow.voter_id for arrow in group} | {arrow.author_id for arrow in group}


def _members(group: list[Arrow], value: int) -> set[int]:
    """Return the accounts to report; the target of down votes is not one of them."""
    return _accounts(group) if value == 1 else {arrow.voter_id for arrow in group}


@transactional
def _write_down(group: list[Arrow], value: int) -> VoteRing | None:
    votes = {vote.pk for arrow in group for vote in arrow.votes}
    is_open = VoteRing.objects.filter(state=VoteRing.State.OPEN)
    ring = (
        is_open.select_for_update(no_key=True)
        .filter(pk__in=_rings_with(votes))
        .order_by("pk")
        .first()
    )
    if ring is not None and votes <= set(ring.votes.values_list("pk", flat=True)):
        return None
    ring = ring or VoteRing()
    ring.signs = _describe(group, value)
    ring.save()
    ring.votes.add(*votes)
    ring.members.add(*_members(group, value))
    return ring


def _rings_with(votes: set[int]):
    return VoteRing.votes.through.objects.filter(vote_id__in=votes).values("votering_id")


def _describe(group: list[Arrow], value: int) -> str:
    """Return "3 accounts, 18 votes for each other, 15 of them within 48 hours; ..."."""
    total = sum(len(arrow.votes) for arrow in group)
    pairs = {(arrow.voter_id, arrow.author_id) for arrow in group}
    mutual = sum((author, voter) in pairs for voter, author in pairs) // 2
    authors = {arrow.author_id for arrow in group}
    voters = {arrow.voter_id for arrow in group}
    if value == 1 and mutual:
        start = f"{len(_accounts(group))} accounts, {total} votes for each other"
    else:
        direction = "for" if value == 1 else "against"
        whose = "one author" if len(authors) == 1 else f"{len(authors)} authors"
        start = f"{len(voters)} voters, {total} votes {direction} {whose}"
    clauses = [f"{start}, {_densest(group)} of them within {BURST_HOURS} hours"]
    if mutual:
        clauses.append(f"{mutual} pair{'s' if mutual > 1 else ''} in both directions")
    clauses.append("at least half of what each voter cast")
    return "; ".join(clauses) + "."

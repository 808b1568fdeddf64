"""Finding papers that may be one work, and proposing their merge to moderators."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from papers.models import Decision, Merge, MergeProposal, Paper
from papers.search import search_papers

# Preprint and publication of one work are mostly a year apart at most.
MOST_YEARS_APART = 1
MAX_CANDIDATES = 6
# A title that so many papers of one author have is a series, not one work.
MOST_OF_A_TITLE = 5
Pair = tuple[int, int]


class AlreadyDecidedError(Exception):
    """Moderators found the two to be two works; `proposal` tells when."""

    def __init__(self, proposal: MergeProposal):
        super().__init__(gettext("Moderators decided that these are two different papers."))
        self.proposal = proposal


def propose(doubts: Iterable[tuple[Paper, Paper, str]], *, proposed_by: User | None = None) -> int:
    """Propose merges, (one paper, other paper, why); returns how many were not proposed before.

    A pair that moderators declined, or whose merge they undid, stays as they left it.
    """
    notes: dict[Pair, str] = {}
    for one, other, note in doubts:
        if one.pk != other.pk:
            notes.setdefault(_pair(one.pk, other.pk), note[:500])
    new = sorted(notes.keys() - known_pairs(notes))
    MergeProposal.objects.bulk_create(
        [
            MergeProposal(
                first_id=first, second_id=second, note=notes[first, second], proposed_by=proposed_by
            )
            for first, second in new
        ],
        # Another process may propose the same at the same moment.
        ignore_conflicts=True,
    )
    return len(new)


def propose_duplicates(papers: Sequence[Paper]) -> int:
    """Propose to merge papers with others of the same title, first author and about the same year.

    For papers that were just added. One query when none has a double, however many papers.
    Returns how many pairs were not proposed before.
    """
    keys = {paper.title_key for paper in papers} - {""}
    added = {paper.pk for paper in papers}
    alike: dict[str, list[tuple[int, int]]] = {}
    rows = Paper.objects.filter(title_key__in=keys, year__isnull=False)
    for key, number, year in rows.values_list("title_key", "pk", "year") if keys else ():
        assert year is not None, "Rows without a year are left out above."
        alike.setdefault(key, []).append((number, year))
    pairs = {
        _pair(one, other)
        for group in alike.values()
        if len(group) <= MOST_OF_A_TITLE
        for (one, year), (other, other_year) in combinations(group, 2)
        if abs(year - other_year) <= MOST_YEARS_APART and added & {one, other}
    }
    if not pairs:
        return 0
    note = "Same title, first author and year."
    return propose((Paper(pk=first), Paper(pk=second), note) for first, second in pairs)


def decline(proposal: MergeProposal, *, decided_by: User) -> None:
    """They are two works: the pair is not proposed again by itself."""
    proposal.state, proposal.decided_by = Decision.DECLINED, decided_by
    proposal.decided_at = timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


def propose_by_member(*, paper: Paper, other: Paper, note: str, member: User) -> bool:
    """A member's proposal; False when this pair is waiting already.

    What moderators declined comes back to them only with a reason: raises AlreadyDecidedError for an
    empty `note`.
    """
    first, second = _pair(paper.pk, other.pk)
    proposal, is_new = MergeProposal.objects.get_or_create(
        first_id=first, second_id=second, defaults={"proposed_by": member, "note": note[:500]}
    )
    if is_new or proposal.state == Decision.WAITING:
        return is_new
    if not note:
        raise AlreadyDecidedError(proposal)
    proposal.proposed_by, proposal.note, proposal.state = member, note[:500], Decision.WAITING
    proposal.decided_by = proposal.decided_at = None
    proposal.save()
    return True


def candidates(paper: Paper) -> list[Paper]:
    """Papers that may be the same work, the likeliest first."""
    alike = Paper.objects.for_lists().exclude(pk=paper.pk)
    found = list(
        alike.filter(title_key=paper.title_key).order_by("pk")[:MAX_CANDIDATES]
        if paper.title_key
        else ()
    )
    near = search_papers(_as_words(paper.title), papers=alike)[:MAX_CANDIDATES]
    return list(dict.fromkeys([*found, *near]))[:MAX_CANDIDATES]


def states_of(paper: Paper) -> dict[int, str]:
    """{number of another paper: state of the proposal that it is the same work}"""
    rows = MergeProposal.objects.filter(Q(first=paper) | Q(second=paper))
    return {
        second if first == paper.pk else first: state
        for first, second, state in rows.values_list("first_id", "second_id", "state")
    }


def known_pairs(pairs: Iterable[Pair]) -> set[Pair]:
    """Those pairs that were proposed, or merged and taken apart again, whatever came of it."""
    pairs = set(pairs)
    numbers = {number for pair in pairs for number in pair}
    if not pairs:
        return set()
    proposed = MergeProposal.objects.filter(first__in=numbers, second__in=numbers)
    undone = Merge.objects.filter(undone_at__isnull=False).filter(
        Q(kept__in=numbers), Q(merged_number__in=numbers)
    )
    known = {
        _pair(*numbers)
        for rows in (
            proposed.values_list("first_id", "second_id"),
            undone.values_list("kept_id", "merged_number"),
        )
        for numbers in rows
    }
    return pairs & known


def are_told_apart(one: int, other: int) -> bool:
    """Whether moderators have decided that two papers are two works."""
    first, second = _pair(one, other)
    declined = MergeProposal.objects.filter(first=first, second=second, state=Decision.DECLINED)
    undone = Merge.objects.filter(
        Q(kept=first, merged_number=second) | Q(kept=second, merged_number=first),
        undone_at__isnull=False,
    )
    return declined.exists() or undone.exists()


def _pair(one: int, other: int) -> Pair:
    return min(one, other), max(one, other)


def _as_words(title: str) -> str:
    """Words alone: a colon or a minus in a title is no operator of the search."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in title).split())

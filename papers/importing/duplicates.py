"""Find papers that may be the same work, and propose their merge to moderators."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from papers.models import Decision, Merge, MergeProposal, Paper
from papers.search import search_papers

# The preprint and the publication of a work are usually at most a year apart.
MOST_YEARS_APART = 1
MAX_CANDIDATES = 6
# A title that more papers of one author have is that of a series, not of one work.
MOST_OF_A_TITLE = 5
Pair = tuple[int, int]  # keys of two papers, the smaller one first


class AlreadyDecidedError(Exception):
    """Moderators decided that the two papers are different works; `proposal` holds the decision."""

    def __init__(self, proposal: MergeProposal):
        super().__init__(gettext("Moderators decided that these are two different papers."))
        self.proposal = proposal


def propose(
    contradictions: Iterable[tuple[Paper, Paper, str]], *, proposed_by: User | None = None
) -> int:
    """Propose merges, each as (paper, other paper, reason), and return how many are new.

    A pair that moderators declined, or whose merge they undid, is not proposed again.
    """
    notes: dict[Pair, str] = {}
    for paper, other_paper, note in contradictions:
        if paper.pk != other_paper.pk:
            notes.setdefault(_pair(paper.pk, other_paper.pk), note[:500])
    new = sorted(notes.keys() - known_pairs(notes))
    MergeProposal.objects.bulk_create(
        [
            MergeProposal(
                first_id=first, second_id=second, note=notes[first, second], proposed_by=proposed_by
            )
            for first, second in new
        ],
        # Another process may propose the same pair at the same moment.
        ignore_conflicts=True,
    )
    return len(new)


def propose_duplicates(papers: Sequence[Paper]) -> int:
    """Propose to merge new papers with others of the same title, first author and nearly same year.

    Returns how many pairs are new. Needs one query when there are no duplicates, however many
    papers.
    """
    keys = {paper.title_key for paper in papers} - {""}
    added = {paper.pk for paper in papers}
    by_title: dict[str, list[tuple[int, int]]] = {}
    rows = Paper.objects.filter(title_key__in=keys, year__isnull=False)
    for key, pk, year in rows.values_list("title_key", "pk", "year") if keys else ():
        assert year is not None, "Rows without a year are left out above."
        by_title.setdefault(key, []).append((pk, year))
    pairs = {
        _pair(pk, other_pk)
        for group in by_title.values()
        if len(group) <= MOST_OF_A_TITLE
        for (pk, year), (other_pk, other_year) in combinations(group, 2)
        if abs(year - other_year) <= MOST_YEARS_APART and added & {pk, other_pk}
    }
    if not pairs:
        return 0
    reason = "Same title, first author and year."
    return propose((Paper(pk=first), Paper(pk=second), reason) for first, second in pairs)


def decline(proposal: MergeProposal, *, decided_by: User) -> None:
    """Record that the papers are different works; the pair is not proposed automatically again."""
    proposal.state, proposal.decided_by = Decision.DECLINED, decided_by
    proposal.decided_at = timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


def propose_by_member(*, paper: Paper, other: Paper, note: str, member: User) -> bool:
    """Propose a member's duplicate, and return False when this pair is waiting already.

    A pair that moderators declined is only reopened with a reason: raises AlreadyDecidedError for
    an empty `note`.
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
    """Return papers that may be the same work, the likeliest first."""
    others = Paper.objects.for_lists().exclude(pk=paper.pk)
    same_title = list(
        others.filter(title_key=paper.title_key).order_by("pk")[:MAX_CANDIDATES]
        if paper.title_key
        else ()
    )
    similar = search_papers(_as_words(paper.title), papers=others)[:MAX_CANDIDATES]
    return list(dict.fromkeys([*same_title, *similar]))[:MAX_CANDIDATES]


def states_of(paper: Paper) -> dict[int, str]:
    """Return {key of another paper: state of the proposal to merge it with this one}."""
    rows = MergeProposal.objects.filter(Q(first=paper) | Q(second=paper))
    return {
        second if first == paper.pk else first: state
        for first, second, state in rows.values_list("first_id", "second_id", "state")
    }


def known_pairs(pairs: Iterable[Pair]) -> set[Pair]:
    """Return the pairs that were proposed, or merged and separated again, whatever the outcome."""
    pairs = set(pairs)
    pks = {pk for pair in pairs for pk in pair}
    if not pairs:
        return set()
    proposed = MergeProposal.objects.filter(first__in=pks, second__in=pks)
    undone = Merge.objects.filter(undone_at__isnull=False).filter(
        Q(kept__in=pks), Q(merged_number__in=pks)
    )
    known = {
        _pair(*pk_pair)
        for rows in (
            proposed.values_list("first_id", "second_id"),
            undone.values_list("kept_id", "merged_number"),
        )
        for pk_pair in rows
    }
    return pairs & known


def are_distinct(pk: int, other_pk: int) -> bool:
    """Return whether moderators have decided that two papers are different works."""
    first, second = _pair(pk, other_pk)
    declined = MergeProposal.objects.filter(first=first, second=second, state=Decision.DECLINED)
    undone = Merge.objects.filter(
        Q(kept=first, merged_number=second) | Q(kept=second, merged_number=first),
        undone_at__isnull=False,
    )
    return declined.exists() or undone.exists()


def _pair(pk: int, other_pk: int) -> Pair:
    return min(pk, other_pk), max(pk, other_pk)


def _as_words(title: str) -> str:
    """Return the words of a title, so that a colon or minus is not read as a search operator."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in title).split())

"""The one order in which rows are locked, and the lock on papers, which comes first.

1. Papers, by ascending number. The paper's row guards everything that is counted for it: its
   summaries, their votes and comments, wishes, its place in the lists.
2. Summaries, by ascending number (`summaries.locks`).
3. The rest: cases of moderators, comments, suggestions, votes, rings, pictures, and people last
   (`accounts.locks`).

A transaction that holds a later row never waits for an earlier one. Rows are locked `no_key` (but a
paper that is about to be deleted), so
that foreign keys that point at them (a vote at its summary, a place in the lists at its best
summary) need not wait.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from papers.models import Paper

BATCH_SIZE = 500


def lock_papers(papers: Iterable[int | None] | QuerySet) -> set[int]:
    """Lock papers, told by number or as a queryset of one column; return the numbers of those that
    exist.

    Inside a transaction, and before any other row is locked in it.
    """
    rows = Paper.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    if isinstance(papers, QuerySet):
        return set(rows.filter(pk__in=papers))
    numbers, found = sorted(set(papers) - {None}), set()
    for start in range(0, len(numbers), BATCH_SIZE):
        found.update(rows.filter(pk__in=numbers[start : start + BATCH_SIZE]))
    return found


def lock_paper(number: int) -> Paper:
    """The locked paper, as it is now; raises Paper.DoesNotExist, also when it was merged meanwhile.

    Inside a transaction, and before any other row is locked in it.
    """
    return Paper.objects.select_for_update(no_key=True).get(pk=number)

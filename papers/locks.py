"""The order in which rows are locked, and the lock on papers, which comes first.

1. Papers, by primary key. The lock on a paper protects everything that is counted for it: its
   summaries, their votes and comments, requests, and its ranking.
2. Summaries, by primary key (`summaries.locks`).
3. Everything else: moderation cases, comments, suggestions, votes, rings, images, and people last
   (`accounts.locks`).

A transaction that holds a later lock never waits for an earlier one. Rows are locked with `no_key`,
except a paper that is about to be deleted, so that inserting rows with foreign keys to them (a vote
on a summary, a ranking that refers to the best summary) does not wait.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from papers.models import Paper

BATCH_SIZE = 500


def lock_papers(papers: Iterable[int | None] | QuerySet) -> set[int]:
    """Lock papers and return the primary keys of those that exist.

    `papers` are primary keys or a queryset of one column. Call it inside a transaction, before any
    other row is locked in it.
    """
    rows = Paper.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    if isinstance(papers, QuerySet):
        return set(rows.filter(pk__in=papers))
    pks, existing = sorted(set(papers) - {None}), set()
    for start in range(0, len(pks), BATCH_SIZE):
        existing.update(rows.filter(pk__in=pks[start : start + BATCH_SIZE]))
    return existing


def lock_paper(pk: int) -> Paper:
    """Lock a paper and return its current row.

    Call it inside a transaction, before any other row is locked in it. Raises Paper.DoesNotExist,
    also when the paper was merged into another.
    """
    return Paper.objects.select_for_update(no_key=True).get(pk=pk)

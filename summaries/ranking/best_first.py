"""Pure: which of several summaries is the better one, for the database and for Python alike.

The score decides, then how many liked it, then who was first. `Summary.objects.ranked()` is the
same as a query, and `tests/summaries/test_ranking.py` compares the two.
"""

from collections.abc import Iterable

COLUMNS = ("-score", "-up_count", "published_at", "pk")


def best_first_key(summary) -> tuple:
    """Sort published summaries by this: sorted(summaries, key=best_first_key)."""
    return (-summary.score, -summary.up_count, summary.published_at, summary.pk)


def best_of(summaries: Iterable):
    """The one that `ranked()` puts first, None of none."""
    return min(summaries, key=best_first_key, default=None)

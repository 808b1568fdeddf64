"""Which of several summaries is the better one, for the database and for Python; pure.

The score decides, then the number of up votes, then the date of publication.
`Summary.objects.ranked()` is the same as a query; `tests/summaries/test_ranking.py` compares them.
"""

from collections.abc import Iterable

COLUMNS = ("-score", "-up_count", "published_at", "pk")


def best_first_key(summary) -> tuple:
    """Return a key to sort published summaries: sorted(summaries, key=best_first_key)."""
    return (-summary.score, -summary.up_count, summary.published_at, summary.pk)


def best_of(summaries: Iterable):
    """Return the one that `ranked()` puts first, or None."""
    return min(summaries, key=best_first_key, default=None)

"""A whole table, a few rows in memory at a time."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet


def in_batches(rows: QuerySet[Any], size: int) -> Iterator[list[Any]]:
    """Rows by number, or their numbers with `values_list("pk", flat=True)`.

    Each batch is asked for when the one before is done, so that changes of the rows do no harm.
    """
    rows, last = rows.order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:size]):
        yield batch
        last = getattr(batch[-1], "pk", batch[-1])

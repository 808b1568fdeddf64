"""Iterate over a whole table with a few rows in memory at a time."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet


def in_batches(rows: QuerySet[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of at most `size` rows by primary key.

    `rows` may be `values_list("pk", flat=True)`, which yields keys. Each batch is queried after the
    one before was processed, so the caller may change the rows meanwhile.
    """
    rows, last = rows.order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:size]):
        yield batch
        last = getattr(batch[-1], "pk", batch[-1])

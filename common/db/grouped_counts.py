"""Counting many things in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


@dataclass(frozen=True)
class CountedColumn:
    """How often each value of `column` occurs: the `most` commonest, or the `most` greatest."""

    column: str
    most: int
    by_value: bool = False


def count_values(
    rows: QuerySet[Any], tallies: Sequence[CountedColumn]
) -> tuple[int, list[list[tuple[int, int]]]]:
    """(how many rows, [(value, count), …] of each tally in their order).

    The rows are found once, however many tallies there are. Columns hold whole numbers; rows
    without a value are left out of that tally.
    """
    chosen = rows.order_by().values_list(*(item.column for item in tallies))
    compiler = chosen.query.get_compiler(using=rows.db)
    try:
        found, parameters = compiler.as_sql()
    except EmptyResultSet:
        return 0, [[] for _ in tallies]
    names = ", ".join(f"c{place}" for place in range(len(tallies)))
    counts = " UNION ALL ".join(_count(place, item) for place, item in enumerate(tallies))
    # Both databases keep the rows of such a query when it is read more than once.
    statement = (
        f"WITH found ({names}) AS ({found}) "  # noqa: S608
        f"SELECT -1, CAST(NULL AS bigint), COUNT(*) FROM found UNION ALL {counts}"
    )
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement, parameters)
        answer = cursor.fetchall()
    told = [
        [(value, count) for at, value, count in answer if at == place] for place in _of(tallies)
    ]
    for item, pairs in zip(tallies, told, strict=True):
        pairs.sort(key=lambda pair: -pair[0] if item.by_value else (-pair[1], pair[0]))
    return next(count for at, _, count in answer if at == -1), told


def capped_counts(querysets: Sequence[QuerySet[Any]], *, most: int) -> list[int]:
    """How many rows each queryset has, none counted further than `most`; one query for all."""
    parts, parameters = [], []
    for place, rows in enumerate(querysets):
        try:
            found, given = rows.order_by().values("pk")[:most].query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place}, COUNT(*) FROM ({found}) AS t{place}")  # noqa: S608
        parameters += given
    counts = [0] * len(querysets)
    if parts:
        with connections[querysets[0].db].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            for place, count in cursor.fetchall():
                counts[place] = count
    return counts


def _of(tallies: Sequence[CountedColumn]) -> range:
    return range(len(tallies))


def _count(place: int, item: CountedColumn) -> str:
    column = f"c{place}"
    order = f"{column} DESC" if item.by_value else f"n DESC, {column}"
    return (
        f"SELECT * FROM (SELECT {place}, {column}, COUNT(*) AS n FROM found "  # noqa: S608
        f"WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY {order} LIMIT {int(item.most)}) "
        f"AS t{place}"
    )

"""Count groups of rows, several groupings in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


@dataclass(frozen=True)
class CountedColumn:
    """Count the values of `column`: the `most` commonest ones, or with `by_value` the greatest."""

    column: str
    most: int
    by_value: bool = False


def count_values(
    rows: QuerySet[Any], tallies: Sequence[CountedColumn]
) -> tuple[int, list[list[tuple[int, int]]]]:
    """Return (number of rows, [(value, count), …] for each tally).

    The rows are queried once for all tallies. The columns must hold integers; rows with NULL are
    left out of that tally.
    """
    chosen = rows.order_by().values_list(*(item.column for item in tallies))
    compiler = chosen.query.get_compiler(using=rows.db)
    try:
        subquery, parameters = compiler.as_sql()
    except EmptyResultSet:
        return 0, [[] for _ in tallies]
    names = ", ".join(f"c{index}" for index in range(len(tallies)))
    counts = " UNION ALL ".join(_count(index, item) for index, item in enumerate(tallies))
    # Both databases materialise a common table expression that is referenced more than once.
    statement = (
        f"WITH found ({names}) AS ({subquery}) "  # noqa: S608
        f"SELECT -1, CAST(NULL AS bigint), COUNT(*) FROM found UNION ALL {counts}"
    )
    with connections[rows.db].cursor() as cursor:
        cursor.execute(statement, parameters)
        answer = cursor.fetchall()
    counted = [
        [(value, count) for at, value, count in answer if at == index] for index in _of(tallies)
    ]
    for item, pairs in zip(tallies, counted, strict=True):
        pairs.sort(key=lambda pair: -pair[0] if item.by_value else (-pair[1], pair[0]))
    return next(count for at, _, count in answer if at == -1), counted


def capped_counts(querysets: Sequence[QuerySet[Any]], *, most: int) -> list[int]:
    """Return the number of rows of each queryset, capped at `most`, with one query for all."""
    parts, parameters = [], []
    for index, rows in enumerate(querysets):
        try:
            subquery, arguments = (
                rows.order_by().values("pk")[:most].query.get_compiler(rows.db).as_sql()
            )
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {index}, COUNT(*) FROM ({subquery}) AS t{index}")  # noqa: S608
        parameters += arguments
    counts = [0] * len(querysets)
    if parts:
        with connections[querysets[0].db].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            for index, count in cursor.fetchall():
                counts[index] = count
    return counts


def _of(tallies: Sequence[CountedColumn]) -> range:
    return range(len(tallies))


def _count(index: int, item: CountedColumn) -> str:
    column = f"c{index}"
    order = f"{column} DESC" if item.by_value else f"n DESC, {column}"
    return (
        f"SELECT * FROM (SELECT {index}, {column}, COUNT(*) AS n FROM found "  # noqa: S608
        f"WHERE {column} IS NOT NULL GROUP BY {column} ORDER BY {order} LIMIT {int(item.most)}) "
        f"AS t{index}"
    )

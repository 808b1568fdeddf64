"""Keyset pagination: pages continue after the last row instead of counting an offset.

Page 1,000 is as fast as page 1.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Page:
    """The items of one page; `next_cursor` is "" on the last page."""

    items: list[Any]
    next_cursor: str


def keyset_page(
    queryset: QuerySet[Any], *, order: str, tie: str = "-pk", cursor: str = "", size: int = 25
) -> Page:
    """Return one page of `queryset`, ordered by `order` and `tie`, e.g. "-popular" and "-pk".

    Both must be descending. `cursor` is the `next_cursor` of the previous page. An invalid cursor,
    or one of another list or order, gives the first page, because a damaged link is no reason for
    an error.
    """
    salt = f"cursor:{queryset.model._meta.label_lower}:{order}:{tie}"
    column, tie_column = order.removeprefix("-"), tie.removeprefix("-")
    queryset = queryset.order_by(order, tie)
    after = _read(cursor, salt)
    if after:
        value, tie_value = after
        queryset = queryset.filter(
            Q(**{f"{column}__lt": value}) | Q(**{column: value, f"{tie_column}__lt": tie_value})
        )
    items = list(queryset[: size + 1])
    if len(items) <= size:
        return Page(items, "")
    items.pop()
    last = items[-1]
    return Page(items, _write(getattr(last, column), getattr(last, tie_column), salt))


def _write(value: Any, tie_value: Any, salt: str) -> str:
    if isinstance(value, datetime.datetime):
        value = {"at": value.isoformat()}
    return signing.dumps([value, tie_value], salt=salt)


def _read(cursor: str, salt: str) -> tuple[Any, Any] | None:
    if not cursor:
        return None
    try:
        value, tie_value = signing.loads(cursor, salt=salt)
    except (signing.BadSignature, ValueError):
        return None
    if isinstance(value, dict):
        value = datetime.datetime.fromisoformat(value["at"])
    return value, tie_value

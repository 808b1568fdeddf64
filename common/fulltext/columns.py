"""What the dialects know of an index."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Column:
    """`weight` is what one occurrence counts; `is_head` tells that this column names the thing
    (title, author) rather than speaking of it; `keeps_prefixes` serves suggestions."""

    name: str
    weight: float
    is_head: bool = False
    keeps_prefixes: bool = False


class Table(Protocol):
    """An `Index`, as the dialects see it."""

    table: str
    columns: tuple[Column, ...]

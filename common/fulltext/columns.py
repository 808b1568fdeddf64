"""The columns of an index, as the SQL dialects see them."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Column:
    """A column of an index.

    `weight` is the weight of one occurrence. `is_head` marks a column that identifies the document
    (title, authors) instead of describing it. `keeps_prefixes` also indexes unstemmed words, for
    suggestions.
    """

    name: str
    weight: float
    is_head: bool = False
    keeps_prefixes: bool = False


class Table(Protocol):
    """The part of `Index` that the dialects use."""

    table: str
    columns: tuple[Column, ...]

"""Parse search queries. Pure; every text is a valid query.

    attention "batch norm" -recurrent author:hinton year:2015-2020

All words must occur, quotes make a phrase, a minus excludes, and `name:value` searches one column
or is a filter that the caller defines. An unknown operator is an ordinary word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from common.fulltext.words import STOP_WORDS, joined_word, plain_words, words

LONGEST_QUERY = 400
MOST_TERMS = 24

_PART = re.compile(
    # After a backslash the character is not a quotation mark: H\"older.
    r"""(?P<minus>-?)(?:(?P<operator>[a-z]+):(?=["\S]))?"""
    r"""(?:"(?P<quoted>(?:\\"|[^"])*)"?|(?P<word>(?:\\"|[^\s"])+))""",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Term:
    """A word or a phrase to search, in one column or, when `column` is "", in all.

    `stems` are its stemmed words. `joined` is the stem without hyphens ("pretrain" for
    "pre-training"), or "". `beginning` is the unstemmed last word if the user may still be typing
    it, or "". `typed` is the original text.
    """

    stems: tuple[str, ...]
    column: str = ""
    joined: str = ""
    beginning: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Filter:
    """`name:value` that the caller applies outside the index; `text` is the original text."""

    name: str
    value: object
    is_negated: bool = False
    text: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the query as it was typed, to display it or to suggest removing it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    """A parsed query: `terms` must match, `excluded` must not; `parts` are in order of `text`."""

    text: str
    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    parts: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.excluded or self.filters)

    def without(self, part: Part) -> str:
        """Return the text of the query without one part."""
        return " ".join((self.text[: part.start] + self.text[part.end :]).split())

    def split(self, belongs: Callable[[Term], bool]) -> tuple["Query", "Query"]:
        """Split into a query of the terms for which `belongs`, and one of the others and filters."""
        chosen = Query(
            text=self.text,
            terms=tuple(term for term in self.terms if belongs(term)),
            excluded=tuple(term for term in self.excluded if belongs(term)),
        )
        remaining = replace(
            self,
            terms=tuple(term for term in self.terms if not belongs(term)),
            excluded=tuple(term for term in self.excluded if not belongs(term)),
        )
        return chosen, remaining


@dataclass(frozen=True)
class Operators:
    """The operators of a search.

    `columns` maps an operator to a column of the index: {"author": "authors"}. `filters` maps an
    operator to a function that parses its value; if that raises ValueError, the text is searched
    as ordinary words.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, Callable[[str], object]] = field(default_factory=dict)


def parse(text: str, operators: Operators = Operators(), *, is_typing: bool = False) -> Query:
    """Parse a query; with `is_typing`, the last word may be incomplete."""
    text = _CONTROL.sub(" ", text)[:LONGEST_QUERY].strip()
    terms: list[Term] = []
    excluded: list[Term] = []
    filters: list[Filter] = []
    parts: list[Part] = []
    matches = list(_PART.finditer(text))[:MOST_TERMS]
    for match in matches:
        typed, value, column = match[0], match["quoted"] or match["word"] or "", ""
        operator = (match["operator"] or "").lower()
        is_negated = bool(match["minus"])
        if operator in operators.filters:
            try:
                parsed = operators.filters[operator](value)
            except ValueError:
                value = f"{operator} {value}"
            else:
                filters.append(Filter(operator, parsed, is_negated, typed))
                parts.append(Part(typed, match.start(), match.end()))
                continue
        elif operator in operators.columns:
            column = operators.columns[operator]
        elif operator:
            value = f"{operator} {value}"
        is_last = is_typing and match is matches[-1] and match.end() == len(text)
        may_continue = is_last and not is_negated and match["quoted"] is None
        term = _term(value, column, may_continue=may_continue)
        if term:
            (excluded if is_negated else terms).append(term)
            parts.append(Part(typed, match.start(), match.end()))
    return Query(
        text=text,
        terms=tuple(_without_stop_words(terms)),
        excluded=tuple(excluded),
        filters=tuple(filters),
        parts=tuple(parts),
    )


def _term(value: str, column: str, *, may_continue: bool) -> Term | None:
    stems = tuple(words(value))
    if not stems:
        return None
    return Term(
        stems=stems,
        column=column,
        joined=joined_word(value),
        beginning=plain_words(value)[-1] if may_continue else "",
        typed=value.strip(),
    )


def _without_stop_words(terms: list[Term]) -> list[Term]:
    """Remove stop words and repetitions, unless the query has only stop words ("the who")."""
    meaningful = [
        term
        for term in terms
        if term.column or term.beginning or len(term.stems) > 1 or term.stems[0] not in STOP_WORDS
    ]
    return list(dict.fromkeys(meaningful or terms))

"""What a person typed, taken apart. Pure; no text is an error.

    attention "batch norm" -recurrent author:hinton year:2015-2020

Words must all occur, quotes hold words together, a minus excludes, `name:value` asks one column
or is a filter that the caller understands. An operator that the caller does not know is a word.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from common.fulltext.words import STOP_WORDS, joined_word, plain_words, words

LONGEST_QUERY = 400
MOST_TERMS = 24

_PART = re.compile(
    # Behind a backslash the sign is no quotation mark: H\"older.
    r"""(?P<minus>-?)(?:(?P<operator>[a-z]+):(?=["\S]))?"""
    r"""(?:"(?P<quoted>(?:\\"|[^"])*)"?|(?P<word>(?:\\"|[^\s"])+))""",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Term:
    """Words that follow each other, in one column or in any.

    `joined` is the same with the hyphens taken out ("pretrain" for "pre-training"), or "".
    `beginning` is the last word as it was typed when it may be only the beginning of one. `typed`
    is the text that the words were made of.
    """

    words: tuple[str, ...]
    column: str = ""
    joined: str = ""
    beginning: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Filter:
    """`name:value` with a meaning outside the index; `text` is how it was typed."""

    name: str
    value: object
    is_negated: bool = False
    text: str = ""


@dataclass(frozen=True)
class Part:
    """One piece of the question as it was typed, to show it and to propose leaving it out."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    text: str
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    parts: tuple[Part, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted or self.filters)

    def without(self, part: Part) -> str:
        """The question as text, less one part."""
        return " ".join((self.text[: part.start] + self.text[part.end :]).split())

    def split(self, belongs: Callable[[Term], bool]) -> tuple["Query", "Query"]:
        """Two questions: the terms for which `belongs`, and all the rest with the filters."""
        chosen = Query(
            text=self.text,
            wanted=tuple(term for term in self.wanted if belongs(term)),
            unwanted=tuple(term for term in self.unwanted if belongs(term)),
        )
        rest = replace(
            self,
            wanted=tuple(term for term in self.wanted if not belongs(term)),
            unwanted=tuple(term for term in self.unwanted if not belongs(term)),
        )
        return chosen, rest


@dataclass(frozen=True)
class Operators:
    """`columns` maps an operator to a column of the index: {"author": "authors"}. `filters` maps
    one to a function from the typed value to the value kept; ValueError makes it plain words."""

    columns: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, Callable[[str], object]] = field(default_factory=dict)


def parse(text: str, operators: Operators = Operators(), *, is_typing: bool = False) -> Query:
    """Take a question apart. `is_typing`: the last word may be only the beginning of one."""
    text = _CONTROL.sub(" ", text)[:LONGEST_QUERY].strip()
    wanted: list[Term] = []
    unwanted: list[Term] = []
    filters: list[Filter] = []
    parts: list[Part] = []
    matches = list(_PART.finditer(text))[:MOST_TERMS]
    for match in matches:
        typed, value, column = match[0], match["quoted"] or match["word"] or "", ""
        operator = (match["operator"] or "").lower()
        is_negated = bool(match["minus"])
        if operator in operators.filters:
            try:
                kept = operators.filters[operator](value)
            except ValueError:
                value = f"{operator} {value}"
            else:
                filters.append(Filter(operator, kept, is_negated, typed))
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
            (unwanted if is_negated else wanted).append(term)
            parts.append(Part(typed, match.start(), match.end()))
    return Query(
        text=text,
        wanted=tuple(_without_stop_words(wanted)),
        unwanted=tuple(unwanted),
        filters=tuple(filters),
        parts=tuple(parts),
    )


def _term(value: str, column: str, *, may_continue: bool) -> Term | None:
    stems = tuple(words(value))
    if not stems:
        return None
    return Term(
        words=stems,
        column=column,
        joined=joined_word(value),
        beginning=plain_words(value)[-1] if may_continue else "",
        typed=value.strip(),
    )


def _without_stop_words(terms: list[Term]) -> list[Term]:
    """A question of stop words alone ("the who") keeps them."""
    telling = [
        term
        for term in terms
        if term.column or term.beginning or len(term.words) > 1 or term.words[0] not in STOP_WORDS
    ]
    return list(dict.fromkeys(telling or terms))

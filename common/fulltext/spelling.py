"""Spelling correction. Pure.

A word is stored under keys that typing errors rarely change, so that similar words are found by
equality, which any index of any database supports: its beginning with one letter deleted
("symmetric deletes"), its consonants, and its sorted letters (Pollock and Zamora, Automatic Spelling
Correction in Scientific and Scholarly Text, 1984). "atentoin" and "attention" share the last one.
Words with a common key are then compared letter by letter.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from itertools import combinations

from common.fulltext.query import Query
from common.fulltext.words import plain_words

FEWEST_LETTERS, MOST_LETTERS = 3, 30
# Shorter words are similar to too many others.
FEWEST_DOUBTED = 4
# The number of letters in a key; the following ones are compared afterwards.
_BEGINNING = 8
_VOWELS = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"(.)\1+")
_WRITTEN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OPERATOR = re.compile(r'-?[a-z]+:(?=["\S])', re.IGNORECASE)


def spellable(texts: Iterable[str]) -> set[str]:
    """Return the words that may be suggested: only letters, not too short and not too long."""
    return {
        word
        for text in texts
        for word in plain_words(text)
        if FEWEST_LETTERS <= len(word) <= MOST_LETTERS and word.isalpha()
    }


def filing_keys(word: str) -> set[int]:
    """Return the keys under which a word is stored, as signed 32-bit integers."""
    beginning = word[:_BEGINNING]
    return _numbered({beginning, *_shorter(beginning, 1)} | _shapes(word))


def asking_keys(word: str) -> set[int]:
    """Return the keys to look up for a word that may be misspelt; more than `filing_keys`."""
    beginning = word[:_BEGINNING]
    keys = {beginning, *_shorter(beginning, 1)}
    if len(word) > 5:
        keys |= _shorter(beginning, 2)
    return _numbered(keys | _shapes(word))


def own_key(word: str) -> int:
    """Return the key that finds a correctly spelt word."""
    return _number(word[:_BEGINNING])


def misspellings(word: str, other: str, *, most: int) -> int:
    """Return the optimal string alignment distance of two words, or `most` + 1 when it is greater.

    That is the number of letters that are added, missing, wrong or swapped with the next one.
    """
    if abs(len(word) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        last, before, row = before, row, [i]
        for at, other_letter in enumerate(other, start=1):
            cost = min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != other_letter))
            if i > 1 and at > 1 and letter == other[at - 2] and word[i - 2] == other_letter:
                cost = min(cost, last[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def nearest_words(word: str, known: Iterable[str], *, most: int) -> list[tuple[int, str]]:
    """Return (distance, word) for the words of `known` that are similar to `word`, nearest first."""
    allowed = 1 if len(word) < 6 else 2 if len(word) < 12 else 3
    measured = (
        (misspellings(word, other, most=allowed), other) for other in known if other != word
    )
    near = [(count, other) for count, other in measured if count <= allowed]
    # The first letter is rarely wrong.
    return sorted(near, key=lambda pair: (pair[0], pair[1][0] != word[0], pair[1]))[:most]


def halves(word: str) -> list[tuple[str, str]]:
    """Return the splits of a word in which a space may be missing.

    "deeplearning" gives ("deep", "learning") among others.
    """
    positions = range(FEWEST_DOUBTED, len(word) - FEWEST_DOUBTED + 1)
    return [(word[:position], word[position:]) for position in positions]


def doubtable(query: Query) -> dict[str, str]:
    """Return {word: column} for the words of a query that may be misspelt.

    The column is "" for a word that is searched in all columns.
    """
    columns: dict[str, str] = {}
    for term in query.terms:
        for typed in _WRITTEN_WORD.findall(term.typed):
            folded = plain_words(typed)
            if len(folded) == 1 and len(folded[0]) >= FEWEST_DOUBTED and folded[0].isalpha():
                columns.setdefault(folded[0], term.column)
    return columns


def respelled(query: Query, replacements: Mapping[str, str]) -> str:
    """Return the text of the query with folded words replaced, except in filters and operators."""
    text = query.text
    filters = {item.text for item in query.filters}
    for part in reversed(query.parts):
        if part.text not in filters:
            operator = _OPERATOR.match(part.text)
            start = part.start + (operator.end() if operator else 0)
            text = text[:start] + _replaced(text[start : part.end], replacements) + text[part.end :]
    return text


def _replaced(text: str, replacements: Mapping[str, str]) -> str:
    def chosen(match: re.Match[str]) -> str:
        folded = plain_words(match[0])
        return replacements.get(folded[0], match[0]) if len(folded) == 1 else match[0]

    return _WRITTEN_WORD.sub(chosen, text)


def _shorter(text: str, letters: int) -> set[str]:
    selections = combinations(range(len(text)), len(text) - letters)
    return {"".join(text[position] for position in selection) for selection in selections}


def _shapes(word: str) -> set[str]:
    consonants = _DOUBLED.sub(r"\1", _VOWELS.sub("", word))
    shapes = {f"={consonants}"} if len(consonants) > 2 else set()
    if len(word) > 4:
        shapes.add(f"~{''.join(sorted(set(word)))}")
    return shapes


def _numbered(keys: Iterable[str]) -> set[int]:
    return {_number(key) for key in keys}


def _number(key: str) -> int:
    # Collisions do no harm, because the letters are compared afterwards.
    return zlib.crc32(key.encode()) - 2**31

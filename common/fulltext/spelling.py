"""Words that people may have meant. Pure.

A word is filed under keys that outlive slips, so that those near to it are found by equality,
which any index serves, in any database: its beginning with one letter left out ("symmetric
deletes"), its consonants, and its letters in the order of the alphabet (Pollock and Zamora,
Automatic Spelling Correction in Scientific and Scholarly Text, 1984). "atentoin" meets
"attention" in the last of them. What has a key in common is then compared letter by letter.
"""

import re
import zlib
from collections.abc import Iterable, Mapping
from itertools import combinations

from common.fulltext.query import Query
from common.fulltext.words import plain_words

FEWEST_LETTERS, MOST_LETTERS = 3, 30
# Shorter words are too near to too many others.
FEWEST_DOUBTED = 4
# A key looks at so many letters; the others are compared afterwards.
_BEGINNING = 8
_VOWELS = re.compile(r"[aeiouy]")
_DOUBLED = re.compile(r"(.)\1+")
_WRITTEN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OPERATOR = re.compile(r'-?[a-z]+:(?=["\S])', re.IGNORECASE)


def spellable(texts: Iterable[str]) -> set[str]:
    """The words of texts that may be proposed: letters alone, not too short, not too long."""
    return {
        word
        for text in texts
        for word in plain_words(text)
        if FEWEST_LETTERS <= len(word) <= MOST_LETTERS and word.isalpha()
    }


def filing_keys(word: str) -> set[int]:
    """Where a word is kept; numbers of 32 bits, signed."""
    beginning = word[:_BEGINNING]
    return _numbered({beginning, *_shorter(beginning, 1)} | _shapes(word))


def asking_keys(word: str) -> set[int]:
    """Where a word that may be misspelt is looked for; more than where it is kept."""
    beginning = word[:_BEGINNING]
    keys = {beginning, *_shorter(beginning, 1)}
    if len(word) > 5:
        keys |= _shorter(beginning, 2)
    return _numbered(keys | _shapes(word))


def own_key(word: str) -> int:
    """The one of its keys that tells whether a word itself is kept."""
    return _number(word[:_BEGINNING])


def misspellings(one: str, other: str, *, most: int) -> int:
    """Letters too many, missing, wrong or swapped with the next between two words; `most` + 1
    stands for more. (Optimal string alignment distance.)"""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        last, before, row = before, row, [place]
        for at, wanted in enumerate(other, start=1):
            cost = min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != wanted))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == wanted:
                cost = min(cost, last[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def nearest_words(word: str, known: Iterable[str], *, most: int) -> list[tuple[int, str]]:
    """(slips, word) of those among `known` that `word` may be meant for, the nearest first."""
    allowed = 1 if len(word) < 6 else 2 if len(word) < 12 else 3
    measured = (
        (misspellings(word, other, most=allowed), other) for other in known if other != word
    )
    near = [(count, other) for count, other in measured if count <= allowed]
    # Few people miss the first letter.
    return sorted(near, key=lambda pair: (pair[0], pair[1][0] != word[0], pair[1]))[:most]


def halves(word: str) -> list[tuple[str, str]]:
    """Where a space may be missing: "deeplearning" gives ("deep", "learning") among others."""
    places = range(FEWEST_DOUBTED, len(word) - FEWEST_DOUBTED + 1)
    return [(word[:place], word[place:]) for place in places]


def doubtable(query: Query) -> dict[str, str]:
    """The words of a question that may be misspelt, each with the column that it asks, or ""."""
    asked: dict[str, str] = {}
    for term in query.wanted:
        for written in _WRITTEN_WORD.findall(term.typed):
            words = plain_words(written)
            if len(words) == 1 and len(words[0]) >= FEWEST_DOUBTED and words[0].isalpha():
                asked.setdefault(words[0], term.column)
    return asked


def respelled(query: Query, replacements: Mapping[str, str]) -> str:
    """The question with folded words replaced; filters and operators stay as they are."""
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
        words = plain_words(match[0])
        return replacements.get(words[0], match[0]) if len(words) == 1 else match[0]

    return _WRITTEN_WORD.sub(chosen, text)


def _shorter(text: str, letters: int) -> set[str]:
    kept = combinations(range(len(text)), len(text) - letters)
    return {"".join(text[place] for place in places) for places in kept}


def _shapes(word: str) -> set[str]:
    consonants = _DOUBLED.sub(r"\1", _VOWELS.sub("", word))
    shapes = {f"={consonants}"} if len(consonants) > 2 else set()
    if len(word) > 4:
        shapes.add(f"~{''.join(sorted(set(word)))}")
    return shapes


def _numbered(keys: Iterable[str]) -> set[int]:
    return {_number(key) for key in keys}


def _number(key: str) -> int:
    # Two keys may have one number: letters are compared afterwards anyway.
    return zlib.crc32(key.encode()) - 2**31

"""Which texts are alike, by the rare words they share. Pure.

Every document is reduced to its most telling words (tf-idf). An inverted index over these finds
the documents that share some of them, so that nothing is compared with everything: time and
memory grow with the number of documents, not with its square.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

# Words kept of each document, and in how many documents a word may stand before it tells nothing.
TELLING_WORDS = 40
COMMON_SHARE = 0.05
COMMON_AT_LEAST, COMMON_AT_MOST = 20, 600
# One shared word, however rare, may be an accident.
SHARED_AT_LEAST = 2
LIKENESS_AT_LEAST = 0.04


class Likeness:
    """Documents added one by one; then `nearest` tells the most alike of each."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._words: list[array[int]] = []
        self._counts: list[array[Any]] = []
        self._vocabulary: dict[str, int] = {}
        self._spread = array("I")

    def add(self, number: int, words: Iterable[str]) -> None:
        """A document under its number; a word counts as often as it is given, 255 times at most."""
        counted = Counter(words)
        known = array("I", (self._number_of(word) for word in counted))
        for word in known:
            self._spread[word] += 1
        self._numbers.append(number)
        self._words.append(known)
        self._counts.append(array("B", (min(count, 255) for count in counted.values())))

    def nearest(self, most: int) -> Iterator[tuple[int, list[int]]]:
        """(number, numbers of at most `most` others, the most alike first), in order of adding."""
        # {word: (documents that hold it, its weight in each)}
        holders: dict[int, tuple[array[int], array[float]]] = {}
        for place in range(len(self._numbers)):
            words, weights = self._telling_words(place)
            # From here on a document is its telling words alone.
            self._words[place], self._counts[place] = words, weights
            for word, weight in zip(words, weights, strict=True):
                places, its_weights = holders.setdefault(word, (array("I"), array("f")))
                places.append(place)
                its_weights.append(weight)
        for place, number in enumerate(self._numbers):
            yield number, self._alike(place, holders, most)

    def _number_of(self, word: str) -> int:
        number = self._vocabulary.setdefault(word, len(self._vocabulary))
        if number == len(self._spread):
            self._spread.append(0)
        return number

    def _telling_words(self, place: int) -> tuple[array[int], array[float]]:
        """The words that tell this document from others, with weights of a length of 1 together."""
        total = len(self._numbers)
        common = min(max(total * COMMON_SHARE, COMMON_AT_LEAST), COMMON_AT_MOST)
        rated = [
            ((1 + math.log(count)) * math.log(total / self._spread[word]), word)
            for word, count in zip(self._words[place], self._counts[place], strict=True)
            if 1 < self._spread[word] <= common
        ]
        best = heapq.nlargest(TELLING_WORDS, rated)
        length = math.sqrt(sum(weight * weight for weight, _ in best)) or 1.0
        return array("I", (word for _, word in best)), array("f", (w / length for w, _ in best))

    def _alike(
        self, place: int, holders: dict[int, tuple[array[int], array[float]]], most: int
    ) -> list[int]:
        likeness: dict[int, float] = {}
        shared: dict[int, int] = {}
        for word, weight in zip(self._words[place], self._counts[place], strict=True):
            for other, its_weight in zip(*holders[word], strict=True):
                likeness[other] = likeness.get(other, 0.0) + weight * its_weight
                shared[other] = shared.get(other, 0) + 1
        likeness.pop(place, None)
        good = (
            # Of equals the earlier one, so that every run tells the same.
            (value, -other)
            for other, value in likeness.items()
            if value >= LIKENESS_AT_LEAST and shared[other] >= SHARED_AT_LEAST
        )
        return [self._numbers[-other] for _, other in heapq.nlargest(most, good)]

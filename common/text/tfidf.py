"""Find similar texts by the rare words they share. Pure.

Every document is reduced to its words with the highest tf-idf weights. An inverted index over
these finds the documents that share some of them, so that time and memory grow with the number of
documents, not with its square.
"""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

# The number of words that represent a document, and how frequent a word may be among documents.
TELLING_WORDS = 40
COMMON_SHARE = 0.05
COMMON_AT_LEAST, COMMON_AT_MOST = 20, 600
# A single shared word may be a coincidence, however rare it is.
SHARED_AT_LEAST = 2
LIKENESS_AT_LEAST = 0.04


class Likeness:
    """Compare documents: `add` them one by one, then `nearest` yields the most similar of each."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._word_ids: list[array[int]] = []
        self._counts: list[array[Any]] = []
        self._vocabulary: dict[str, int] = {}
        self._publish_changes = array("I")

    def add(self, key: int, terms: Iterable[str]) -> None:
        """Add a document under its primary key; occurrences of a word are counted up to 255."""
        counted = Counter(terms)
        word_ids = array("I", (self._number_of(word) for word in counted))
        for word_id in word_ids:
            self._publish_changes[word_id] += 1
        self._keys.append(key)
        self._word_ids.append(word_ids)
        self._counts.append(array("B", (min(count, 255) for count in counted.values())))

    def nearest(self, most: int) -> Iterator[tuple[int, list[int]]]:
        """Yield (key, keys of at most `most` similar documents) in the order of `add`.

        The most similar document comes first. Call it once, after all documents are added.
        """
        # {word id: (positions of the documents that contain it, its weight in each)}
        holders: dict[int, tuple[array[int], array[float]]] = {}
        for position in range(len(self._keys)):
            word_ids, weights = self._distinctive_terms(position)
            # From now on a document is represented by these words only.
            self._word_ids[position], self._counts[position] = word_ids, weights
            for word_id, weight in zip(word_ids, weights, strict=True):
                positions, its_weights = holders.setdefault(word_id, (array("I"), array("f")))
                positions.append(position)
                its_weights.append(weight)
        for position, key in enumerate(self._keys):
            yield key, self._alike(position, holders, most)

    def _number_of(self, word: str) -> int:
        word_id = self._vocabulary.setdefault(word, len(self._vocabulary))
        if word_id == len(self._publish_changes):
            self._publish_changes.append(0)
        return word_id

    def _distinctive_terms(self, position: int) -> tuple[array[int], array[float]]:
        """Return the words with the highest tf-idf weights, and the weights as a unit vector."""
        total = len(self._keys)
        common = min(max(total * COMMON_SHARE, COMMON_AT_LEAST), COMMON_AT_MOST)
        rated = [
            ((1 + math.log(count)) * math.log(total / self._publish_changes[word]), word)
            for word, count in zip(self._word_ids[position], self._counts[position], strict=True)
            if 1 < self._publish_changes[word] <= common
        ]
        best = heapq.nlargest(TELLING_WORDS, rated)
        length = math.sqrt(sum(weight * weight for weight, _ in best)) or 1.0
        return array("I", (word for _, word in best)), array("f", (w / length for w, _ in best))

    def _alike(
        self, position: int, holders: dict[int, tuple[array[int], array[float]]], most: int
    ) -> list[int]:
        likeness: dict[int, float] = {}
        shared: dict[int, int] = {}
        for word, weight in zip(self._word_ids[position], self._counts[position], strict=True):
            for other, its_weight in zip(*holders[word], strict=True):
                likeness[other] = likeness.get(other, 0.0) + weight * its_weight
                shared[other] = shared.get(other, 0) + 1
        likeness.pop(position, None)
        good = (
            # The earlier one of equals, so that every run gives the same result.
            (value, -other)
            for other, value in likeness.items()
            if value >= LIKENESS_AT_LEAST and shared[other] >= SHARED_AT_LEAST
        )
        return [self._keys[-other] for _, other in heapq.nlargest(most, good)]

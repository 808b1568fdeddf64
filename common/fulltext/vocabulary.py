"""The unstemmed words of all indexed texts, to suggest them for misspelt ones.

The table is the same in both databases: PostgreSQL's trigrams need an extension that not every host
allows, SQLite has none, and both must give the same results. Words are only added and never counted,
so that writers do not wait for each other. Before a word is suggested, the index is checked for it.
"""

from collections.abc import Iterable
from types import ModuleType

from django.db import DEFAULT_DB_ALIAS, connections

from common.fulltext import postgres, spelling, sqlite

# At most this many words with a common key are compared.
MOST_COMPARED = 600


class Vocabulary:
    """A vocabulary in `table`, which has an indexed `key` and a `word`: a row for each key of a word."""

    def __init__(self, table: str) -> None:
        self.table = table

    def learn(self, texts: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
        """Add the words of `texts` with two queries and return how many are new."""
        spellable = spelling.spellable(texts)
        new = spellable - self.known(spellable, using=using)
        rows = [(key, word) for word in sorted(new) for key in sorted(spelling.filing_keys(word))]
        if rows:
            with connections[using].cursor() as cursor:
                _dialect(using).put_words(cursor, self.table, rows)
        return len(new)

    def known(self, candidates: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> set[str]:
        """Return those of `candidates` that occur, or once occurred, in a text."""
        candidates = set(candidates)
        keys = {spelling.own_key(word) for word in candidates}
        return candidates & self._with_keys(keys, using=using)

    def near(
        self, misspelt: Iterable[str], *, most: int, using: str = DEFAULT_DB_ALIAS
    ) -> dict[str, list[tuple[int, str]]]:
        """Return up to `most` corrections of each word, (distance, correction), nearest first.

        A missing space counts as 1: "deeplearning" gives (1, "deep learning").
        """
        misspelt = list(misspelt)
        halves = {word: spelling.halves(word) for word in misspelt}
        parts = {part for pairs in halves.values() for pair in pairs for part in pair}
        keys = {key for word in misspelt for key in spelling.asking_keys(word)}
        known = self._with_keys(
            keys | {spelling.own_key(part) for part in parts}, using=using, most=MOST_COMPARED
        )
        near = {}
        for word in misspelt:
            split = [(1, " ".join(pair)) for pair in halves[word] if known.issuperset(pair)]
            near[word] = [*spelling.nearest_words(word, known, most=most), *split[:2]]
        return near

    def _with_keys(self, keys: set[int], *, using: str, most: int | None = None) -> set[str]:
        if not keys:
            return set()
        with connections[using].cursor() as cursor:
            matching: set[str] = _dialect(using).words_with(cursor, self.table, sorted(keys), most)
            return matching


def _dialect(using: str) -> ModuleType:
    return postgres if connections[using].vendor == "postgresql" else sqlite

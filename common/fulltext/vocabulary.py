"""The words that an index has seen, whole, to propose them for misspelt ones.

One table of the same form in both databases: PostgreSQL's trigrams need an extension that not
every host allows, SQLite has none, and two ways would give two answers. A vocabulary only grows
and keeps no counts: writers never wait for each other, and whoever proposes a word asks the index
first whether it is still there.
"""

from collections.abc import Iterable
from types import ModuleType

from django.db import DEFAULT_DB_ALIAS, connections

from common.fulltext import postgres, spelling, sqlite

# More words than this with a key in common are not worth comparing.
MOST_COMPARED = 600


class Vocabulary:
    """`table` has the columns `key`, under an index, and `word`; one row for each key of a word."""

    def __init__(self, table: str) -> None:
        self.table = table

    def learn(self, texts: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> int:
        """Keep the words of texts; returns how many are new. Two queries for any number."""
        words = spelling.spellable(texts)
        new = words - self.known(words, using=using)
        rows = [(key, word) for word in sorted(new) for key in sorted(spelling.filing_keys(word))]
        if rows:
            with connections[using].cursor() as cursor:
                _dialect(using).put_words(cursor, self.table, rows)
        return len(new)

    def known(self, words: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> set[str]:
        """Those of `words` that some text has or had."""
        words = set(words)
        return words & self._with_keys({spelling.own_key(word) for word in words}, using=using)

    def near(
        self, words: Iterable[str], *, most: int, using: str = DEFAULT_DB_ALIAS
    ) -> dict[str, list[tuple[int, str]]]:
        """For each word up to `most` (slips, what it may be meant for), the nearest first.

        A missing space counts as a slip: "deeplearning" may be meant for "deep learning".
        """
        words = list(words)
        halves = {word: spelling.halves(word) for word in words}
        parts = {part for pairs in halves.values() for pair in pairs for part in pair}
        keys = {key for word in words for key in spelling.asking_keys(word)}
        known = self._with_keys(
            keys | {spelling.own_key(part) for part in parts}, using=using, most=MOST_COMPARED
        )
        near = {}
        for word in words:
            apart = [(1, " ".join(pair)) for pair in halves[word] if known.issuperset(pair)]
            near[word] = [*spelling.nearest_words(word, known, most=most), *apart[:2]]
        return near

    def _with_keys(self, keys: set[int], *, using: str, most: int | None = None) -> set[str]:
        if not keys:
            return set()
        with connections[using].cursor() as cursor:
            found: set[str] = _dialect(using).words_with(cursor, self.table, sorted(keys), most)
            return found


def _dialect(using: str) -> ModuleType:
    return postgres if connections[using].vendor == "postgresql" else sqlite

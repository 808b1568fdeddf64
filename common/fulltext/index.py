"""Fill an index; `lookups` queries it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import ModuleType

from django.db import DEFAULT_DB_ALIAS, connections, migrations, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from common.fulltext import postgres, sqlite
from common.fulltext.columns import Column
from common.fulltext.words import GAP, document_words

BATCH_SIZE = 500
# PostgreSQL limits positions to 16,383 and a vector to a megabyte. Both dialects stop earlier, so
# that they index the same words of a very long text.
MOST_WORDS = 16_000
MOST_BYTES = 600_000


class Index:
    """The table of one index: at most four columns, because PostgreSQL has four weights."""

    def __init__(self, table: str, columns: Sequence[Column]) -> None:
        if not 1 <= len(columns) <= 4:
            raise ValueError(f"{table} needs one to four columns")
        self.table = table
        self.columns = tuple(columns)

    @property
    def head(self) -> tuple[str, ...]:
        """The names of the columns that identify a document."""
        return tuple(column.name for column in self.columns if column.is_head)

    def put(
        self,
        documents: Iterable[tuple[int, Mapping[str, str]]],
        *,
        using: str = DEFAULT_DB_ALIAS,
    ) -> int:
        """Insert or replace documents, (pk, {column: text}), and return how many."""
        documents, count = iter(documents), 0
        while batch := dict(islice(documents, BATCH_SIZE)):
            rows = [(pk, self.words_of(texts)) for pk, texts in batch.items()]
            with transaction.atomic(using=using), connections[using].cursor() as cursor:
                _dialect(using).put(cursor, self, rows)
            count += len(rows)
        return count

    def remove(self, pks: Iterable[int], *, using: str = DEFAULT_DB_ALIAS) -> None:
        """Delete the documents of the rows `pks`."""
        pks = iter(pks)
        while batch := list(islice(pks, BATCH_SIZE)):
            marks = ", ".join(["%s"] * len(batch))
            with connections[using].cursor() as cursor:
                cursor.execute(f'DELETE FROM "{self.table}" WHERE rowid IN ({marks})', batch)  # noqa: S608

    def outdated(
        self, documents: Mapping[int, Mapping[str, str]], *, using: str = DEFAULT_DB_ALIAS
    ) -> dict[int, bool]:
        """Return {pk: whether it has a row} of the documents whose words are missing or others."""
        outdated: dict[int, bool] = {}
        pks = sorted(documents)
        for start in range(0, len(pks), BATCH_SIZE):
            batch = pks[start : start + BATCH_SIZE]
            rows = [(pk, self.words_of(documents[pk])) for pk in batch]
            with connections[using].cursor() as cursor:
                outdated |= _dialect(using).outdated(cursor, self, rows)
        return outdated

    def optimise(self, *, using: str = DEFAULT_DB_ALIAS) -> None:
        """Compact the index after many changes."""
        with connections[using].cursor() as cursor:
            _dialect(using).optimise(cursor, self)

    def words_of(self, texts: Mapping[str, str]) -> list[list[str]]:
        """Return the words of each column in order, with `GAP` where a phrase must not match."""
        budget = _Budget()
        return [
            list(budget.spend(_with_gaps(texts.get(column.name, ""), column.keeps_prefixes)))
            for column in self.columns
        ]


def table_operation(table: str, columns: Sequence[str]) -> migrations.RunPython:
    """Return a migration operation that creates the table of an index, for either database."""

    def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _dialect_of(schema_editor.connection).create(table, columns):
            schema_editor.execute(statement)

    def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.execute(f'DROP TABLE "{table}"')

    return migrations.RunPython(create, drop)


class _Budget:
    """Limit the number and the size of the words of a document, over all its columns."""

    def __init__(self) -> None:
        self.words_left, self.bytes_left = MOST_WORDS, MOST_BYTES

    def spend(self, tokens: Iterable[str]) -> Iterator[str]:
        for word in tokens:
            self.words_left -= 1
            self.bytes_left -= len(word.encode())
            if self.words_left < 0 or self.bytes_left < 0:
                return
            yield word


def _with_gaps(text: str, keeps_prefixes: bool) -> Iterator[str]:
    stems, extra = document_words(text, keeps_prefixes=keeps_prefixes)
    yield from stems
    for word in extra:
        yield GAP
        yield word


def _dialect(using: str) -> ModuleType:
    return _dialect_of(connections[using])


def _dialect_of(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgres if connection.vendor == "postgresql" else sqlite

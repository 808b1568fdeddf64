"""What an index holds and how it is filled; `lookups` asks it."""

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
# PostgreSQL counts positions to 16,383 and takes a megabyte; both dialects stop a little before,
# so that they know the same words of a very long text.
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
        return tuple(column.name for column in self.columns if column.is_head)

    def put(
        self,
        documents: Iterable[tuple[int, Mapping[str, str]]],
        *,
        using: str = DEFAULT_DB_ALIAS,
    ) -> int:
        """Insert or replace (row number, {column: text}); returns how many."""
        documents, count = iter(documents), 0
        while batch := dict(islice(documents, BATCH_SIZE)):
            rows = [(number, self.words_of(texts)) for number, texts in batch.items()]
            with transaction.atomic(using=using), connections[using].cursor() as cursor:
                _dialect(using).put(cursor, self, rows)
            count += len(rows)
        return count

    def remove(self, numbers: Iterable[int], *, using: str = DEFAULT_DB_ALIAS) -> None:
        numbers = iter(numbers)
        while batch := list(islice(numbers, BATCH_SIZE)):
            marks = ", ".join(["%s"] * len(batch))
            with connections[using].cursor() as cursor:
                cursor.execute(f'DELETE FROM "{self.table}" WHERE rowid IN ({marks})', batch)  # noqa: S608

    def optimise(self, *, using: str = DEFAULT_DB_ALIAS) -> None:
        """After many changes: merge what they left lying about."""
        with connections[using].cursor() as cursor:
            _dialect(using).optimise(cursor, self)

    def words_of(self, texts: Mapping[str, str]) -> list[list[str]]:
        """The words of each column in order, `GAP` where a phrase must not reach across."""
        budget = _Budget()
        return [
            list(budget.spend(_with_gaps(texts.get(column.name, ""), column.keeps_prefixes)))
            for column in self.columns
        ]


def table_operation(table: str, columns: Sequence[str]) -> migrations.RunPython:
    """For a migration: make (and unmake) the table of an index as the database's kind has it."""

    def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _dialect_of(schema_editor.connection).create(table, columns):
            schema_editor.execute(statement)

    def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.execute(f'DROP TABLE "{table}"')

    return migrations.RunPython(create, drop)


class _Budget:
    """How much of a document is kept, over all its columns."""

    def __init__(self) -> None:
        self.words, self.bytes = MOST_WORDS, MOST_BYTES

    def spend(self, words: Iterable[str]) -> Iterator[str]:
        for word in words:
            self.words -= 1
            self.bytes -= len(word.encode())
            if self.words < 0 or self.bytes < 0:
                return
            yield word


def _with_gaps(text: str, keeps_prefixes: bool) -> Iterator[str]:
    words, extra = document_words(text, keeps_prefixes=keeps_prefixes)
    yield from words
    for word in extra:
        yield GAP
        yield word


def _dialect(using: str) -> ModuleType:
    return _dialect_of(connections[using])


def _dialect_of(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgres if connection.vendor == "postgresql" else sqlite

"""Asking an index from a queryset: `find` narrows one and annotates how well each row fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, QuerySet, Value
from django.db.models.expressions import Func
from django.db.models.sql.compiler import SQLCompiler

from common.fulltext import postgres, sqlite
from common.fulltext.index import Index
from common.fulltext.query import Query, Term

# Where bm25 gives half of the best rank; words known from few documents reach about 20.
_MIDDLING_BM25 = 5.0
# SQL and its parameters.
Sql = tuple[str, tuple[Any, ...]]

_NO_RANK = Value(0.0, models.FloatField())
_NOT_ASKED = Value(0, models.IntegerField())


@dataclass(frozen=True)
class Question:
    """What a `DocumentField` is compared with."""

    index: Index
    wanted: Sequence[Term]
    unwanted: Sequence[Term] = ()
    columns: Sequence[str] = ()

    def for_postgres(self) -> str:
        return postgres.question(self.index, self.wanted, self.unwanted, columns=self.columns)

    def for_sqlite(self) -> str:
        return sqlite.question(self.index, self.wanted, self.unwanted, columns=self.columns)


class DocumentField(models.Field):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """The searchable form of a row. Never read and only written by `Index`."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_prep_value(self, value: Any) -> Any:
        return value


@DocumentField.register_lookup
class Matches(Lookup):
    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        left, parameters = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{left} @@ %s::tsquery", (*parameters, self.rhs.for_postgres())
        return f"{left} MATCH %s", (*parameters, self.rhs.for_sqlite())


class Rank(Func):
    """How much a document speaks of the question, from 0 to below 1.

    Cover density on PostgreSQL, bm25 on SQLite, both with the weights of the columns. Only the
    order within one answer means anything.
    """

    output_field = models.FloatField()

    def __init__(self, document: F, question: Question, **extra: Any) -> None:
        super().__init__(document, **extra)
        self.question = question

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Sql:
        left, parameters = compiler.compile(self.source_expressions[0])
        # 1: divided by the logarithm of the length. 32: rank / (rank + 1).
        return (
            f"ts_rank_cd(%s::float4[], {left}, %s::tsquery, 33)",
            (postgres.weights(self.question.index), *parameters, self.question.for_postgres()),
        )

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Sql:
        left, parameters = compiler.compile(self.source_expressions[0])
        weights = sqlite.weights(self.question.index)
        marks = ", ".join(["%s"] * len(weights))
        # FTS5 gives better rows smaller numbers, below 0. With b = -bm25 this is b / (b + m),
        # written so that bm25 is worked out once.
        return (
            f"(1.0 - {_MIDDLING_BM25} / ({_MIDDLING_BM25} - bm25({left}, {marks})))",
            (*parameters, *weights),
        )


class InHead(Func):
    """1 when the columns that name a thing hold the whole question, else 0."""

    output_field = models.IntegerField()

    def __init__(self, document: F, row: F, question: Question, **extra: Any) -> None:
        super().__init__(document, row, **extra)
        self.question = question

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Sql:
        document, parameters = compiler.compile(self.source_expressions[0])
        return f"({document} @@ %s::tsquery)::int", (*parameters, self.question.for_postgres())

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Sql:
        # FTS5 matches in WHERE alone, so the head is asked once, apart.
        row, parameters = compiler.compile(self.source_expressions[1])
        table = self.question.index.table
        return (
            f'({row} IN (SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s))',  # noqa: S608
            (*parameters, self.question.for_sqlite()),
        )


def find(queryset: QuerySet[Any], query: Query, *, documents: type[Any]) -> QuerySet[Any]:
    """The rows of `queryset` whose document answers `query`, with the aliases `rank` and `in_head`.

    `documents` is the model of the index. Filters of the query are the caller's. A query that
    wants no word leaves all rows but those with an unwanted one.
    """
    index = documents.index
    if not query.wanted:
        for term in query.unwanted:
            unwanted = documents.objects.filter(words__matches=Question(index, (term,)))
            queryset = queryset.exclude(pk__in=unwanted.values("pk"))
        found: QuerySet[Any] = queryset.alias(rank=_NO_RANK, in_head=_NOT_ASKED)
        return found
    path = f"{documents._meta.pk.remote_field.related_name}__words"
    asked = Question(index, query.wanted, query.unwanted)
    named = Question(index, query.wanted, columns=index.head)
    # "venue:icml" alone is a filter: no paper is more in a venue than another.
    ranks = any(not term.column for term in query.wanted)
    rank = Rank(F(path), Question(index, query.wanted)) if ranks else _NO_RANK
    found = queryset.filter(**{f"{path}__matches": asked}).alias(
        rank=rank, in_head=InHead(F(path), F("pk"), named)
    )
    return found


def some(documents: type[Any], query: Query, *, most: int) -> QuerySet[Any]:
    """The numbers of up to `most` rows that answer a question, whichever the index comes upon
    first: so much is ranked while somebody types, and not half of a library for two letters."""
    asked = Question(documents.index, query.wanted, query.unwanted)
    found: QuerySet[Any] = documents.objects.filter(words__matches=asked)
    return found.values("pk")[:most]


def holding(documents: type[Any], term: Term) -> QuerySet[Any]:
    """The documents that answer one term; of a column that they do not have, none."""
    rows: QuerySet[Any] = documents.objects.all()
    if term.column and term.column not in {column.name for column in documents.index.columns}:
        return rows.none()
    return rows.filter(words__matches=Question(documents.index, (term,)))

"""Query an index from a queryset: `find` filters it and adds the rank of each row."""

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

# The bm25 value that gives a rank of 0.5; rare words reach about 20.
_MIDDLING_BM25 = 5.0
# SQL and its parameters.
Sql = tuple[str, tuple[Any, ...]]

_NO_RANK = Value(0.0, models.FloatField())
_NOT_ASKED = Value(0, models.IntegerField())


@dataclass(frozen=True)
class Question:
    """The right-hand side of a lookup on a `DocumentField`."""

    index: Index
    terms: Sequence[Term]
    excluded: Sequence[Term] = ()
    columns: Sequence[str] = ()

    def for_postgres(self) -> str:
        """Return the tsquery."""
        return postgres.question(self.index, self.terms, self.excluded, columns=self.columns)

    def for_sqlite(self) -> str:
        """Return the FTS5 expression."""
        return sqlite.question(self.index, self.terms, self.excluded, columns=self.columns)


class DocumentField(models.Field):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """The indexed words of a row. It is written by `Index` and never read."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_prep_value(self, value: Any) -> Any:
        return value


@DocumentField.register_lookup
class Matches(Lookup):
    """`words__matches=Question(…)`: `@@` on PostgreSQL, MATCH on SQLite."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Sql:
        left, parameters = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{left} @@ %s::tsquery", (*parameters, self.rhs.for_postgres())
        return f"{left} MATCH %s", (*parameters, self.rhs.for_sqlite())


class Rank(Func):
    """The relevance of a document to a query, at least 0 and below 1.

    Cover density on PostgreSQL, bm25 on SQLite, both with the weights of the columns. Compare ranks
    only within one result.
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
        # FTS5 returns lower, negative numbers for better rows. With b = -bm25 this is b / (b + m),
        # written so that bm25 is evaluated once.
        return (
            f"(1.0 - {_MIDDLING_BM25} / ({_MIDDLING_BM25} - bm25({left}, {marks})))",
            (*parameters, *weights),
        )


class InHead(Func):
    """1 when the head columns of a document match the whole query, else 0."""

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
        # FTS5 allows MATCH only in WHERE, so the head is matched in a subquery.
        row, parameters = compiler.compile(self.source_expressions[1])
        table = self.question.index.table
        return (
            f'({row} IN (SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s))',  # noqa: S608
            (*parameters, self.question.for_sqlite()),
        )


def find(queryset: QuerySet[Any], query: Query, *, documents: type[Any]) -> QuerySet[Any]:
    """Filter `queryset` by the documents that match `query`; add the aliases `rank` and `in_head`.

    `documents` is the model of the index. The caller applies `query.filters`. A query without terms
    keeps all rows except those that match an excluded term.
    """
    index = documents.index
    rows: QuerySet[Any]
    if not query.terms:
        for term in query.excluded:
            matching = documents.objects.filter(words__matches=Question(index, (term,)))
            queryset = queryset.exclude(pk__in=matching.values("pk"))
        rows = queryset.alias(rank=_NO_RANK, in_head=_NOT_ASKED)
        return rows
    path = f"{documents._meta.pk.remote_field.related_name}__words"
    question = Question(index, query.terms, query.excluded)
    head_question = Question(index, query.terms, columns=index.head)
    # "venue:icml" alone is a filter: all papers of a venue match it equally.
    has_rank = any(not term.column for term in query.terms)
    rank = Rank(F(path), Question(index, query.terms)) if has_rank else _NO_RANK
    rows = queryset.filter(**{f"{path}__matches": question}).alias(
        rank=rank, in_head=InHead(F(path), F("pk"), head_question)
    )
    return rows


def some(documents: type[Any], query: Query, *, most: int) -> QuerySet[Any]:
    """Return the primary keys of up to `most` rows that match a query, in the order of the index.

    Suggestions rank only these rows: two letters may match half of all papers.
    """
    question = Question(documents.index, query.terms, query.excluded)
    rows: QuerySet[Any] = documents.objects.filter(words__matches=question)
    return rows.values("pk")[:most]


def holding(documents: type[Any], term: Term) -> QuerySet[Any]:
    """Return the documents that match a term; none if they do not have its column."""
    rows: QuerySet[Any] = documents.objects.all()
    if term.column and term.column not in {column.name for column in documents.index.columns}:
        return rows.none()
    return rows.filter(words__matches=Question(documents.index, (term,)))

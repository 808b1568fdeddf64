"""Full-text search with one tokeniser and two dialects, PostgreSQL and SQLite.

The database only stores and compares words that `words.words` has produced, in documents and in
queries, so that both databases give the same results. PostgreSQL stores them in a `tsvector` with a
GIN index, SQLite in an FTS5 table. An index is a model next to the model that it searches:

    class PaperDocument(fulltext.Document):
        row = models.OneToOneField(Paper, CASCADE, primary_key=True, db_column="rowid",
                                   related_name="search_document")
        words = fulltext.DocumentField(db_column="papers_paperdocument")
        index = fulltext.Index("papers_paperdocument", [fulltext.Column("title", 1.0), ...])

The column has the name of the table, because FTS5 refers to a whole row in this way. The rows can
be rebuilt, and their format depends on the database: leave these models out of `dumpdata`
(`--exclude`) and run `reindex` after `loaddata`.
"""

from common.fulltext.columns import Column
from common.fulltext.excerpts import (
    LONGEST_TEXT,
    HighlightedTerms,
    excerpt,
    highlighted_terms,
    mark_hits,
    mark_html_hits,
    opening,
)
from common.fulltext.index import Index
from common.fulltext.lookups import DocumentField, Rank, find, holding, some
from common.fulltext.query import Filter, Operators, Query, Term, parse
from common.fulltext.vocabulary import Vocabulary

__all__ = [
    "LONGEST_TEXT",
    "Column",
    "DocumentField",
    "Filter",
    "HighlightedTerms",
    "Index",
    "Operators",
    "Query",
    "Rank",
    "Term",
    "Vocabulary",
    "excerpt",
    "find",
    "highlighted_terms",
    "holding",
    "mark_hits",
    "mark_html_hits",
    "opening",
    "parse",
    "some",
]

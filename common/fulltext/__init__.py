"""Full-text search with one tokeniser and two dialects, PostgreSQL and SQLite.

The database only ever sees words that `words` has made, in documents and in queries alike, so
that both give the same answers. PostgreSQL keeps them as a `tsvector` under a GIN index, SQLite
in an FTS5 table. An index is a model next to the one it finds:

    class PaperDocument(fulltext.Document):
        row = models.OneToOneField(Paper, CASCADE, primary_key=True, db_column="rowid",
                                   related_name="search_document")
        words = fulltext.DocumentField(db_column="papers_paperdocument")
        index = fulltext.Index("papers_paperdocument", [fulltext.Column("title", 1.0), ...])

The column is named like the table, because that is how FTS5 calls a whole row. The rows can be
made anew from what they find, and the dialects keep them differently: leave these models out of
`dumpdata` (`--exclude`) and run `reindex` after `loaddata`.
"""

from common.fulltext.columns import Column
from common.fulltext.excerpts import (
    LONGEST_TEXT,
    Wanted,
    excerpt,
    mark_hits,
    mark_html_hits,
    opening,
    wanted_words,
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
    "Index",
    "Operators",
    "Query",
    "Rank",
    "Term",
    "Vocabulary",
    "Wanted",
    "excerpt",
    "find",
    "holding",
    "mark_hits",
    "mark_html_hits",
    "opening",
    "parse",
    "some",
    "wanted_words",
]

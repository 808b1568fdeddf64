"""SQLite: an FTS5 table.

Query syntax: https://www.sqlite.org/fts5.html#full_text_query_syntax
"""

import json
from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from common.fulltext.columns import Table
from common.fulltext.query import Term


def create(table: str, columns: Sequence[str]) -> list[str]:
    """Return the statements that create the table of an index."""
    # The text is already split into words. "ascii" only splits it at spaces and keeps other scripts
    # as they are; "unicode61" would split by the letters of an older Unicode version.
    names = ", ".join(columns)
    return [
        f"CREATE VIRTUAL TABLE \"{table}\" USING fts5({names}, tokenize = 'ascii', prefix = '2 3')"
    ]


def put(cursor: CursorWrapper, index: Table, rows: Sequence[tuple[int, list[list[str]]]]) -> None:
    """Insert or replace (pk, [words of each column])."""
    names = ", ".join(f'"{column.name}"' for column in index.columns)
    marks = ", ".join(["%s"] * (len(index.columns) + 1))
    cursor.executemany(
        f'INSERT OR REPLACE INTO "{index.table}" (rowid, {names}) VALUES ({marks})',  # noqa: S608
        [(pk, *(" ".join(column) for column in columns)) for pk, columns in rows],
    )


def outdated(
    cursor: CursorWrapper, index: Table, rows: Sequence[tuple[int, list[list[str]]]]
) -> dict[int, bool]:
    """Return {pk: whether it has a row} where the stored words are not (pk, [words of each column])."""
    names = ", ".join(f'"{column.name}"' for column in index.columns)
    marks = ", ".join(["%s"] * len(rows))
    cursor.execute(
        f'SELECT rowid, {names} FROM "{index.table}" WHERE rowid IN ({marks})',  # noqa: S608
        [pk for pk, _ in rows],
    )
    stored = {pk: columns for pk, *columns in cursor.fetchall()}
    return {
        pk: pk in stored
        for pk, columns in rows
        if stored.get(pk) != [" ".join(column) for column in columns]
    }


def optimise(cursor: CursorWrapper, index: Table) -> None:
    """Merge the segments of the index."""
    cursor.execute(f'INSERT INTO "{index.table}" ("{index.table}") VALUES (%s)', ["optimize"])  # noqa: S608


def put_words(cursor: CursorWrapper, table: str, rows: Sequence[tuple[int, str]]) -> None:
    """Insert rows, (key, word), into the table of a vocabulary."""
    # A single parameter, because SQLite limits their number.
    cursor.execute(
        f'INSERT INTO "{table}" (key, word) '  # noqa: S608
        "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)",
        [json.dumps(rows)],
    )


def words_with(
    cursor: CursorWrapper, table: str, keys: Sequence[int], most: int | None
) -> set[str]:
    """Return the words of a vocabulary under any of `keys`; at most `most` unless that is None."""
    limit = f" ORDER BY word LIMIT {int(most)}" if most else ""
    cursor.execute(
        f'SELECT DISTINCT word FROM "{table}" '  # noqa: S608
        f"WHERE key IN (SELECT value FROM json_each(%s)){limit}",
        [json.dumps(list(keys))],
    )
    return {word for (word,) in cursor.fetchall()}


def question(
    index: Table,
    terms: Sequence[Term],
    excluded: Sequence[Term] = (),
    *,
    columns: Sequence[str] = (),
) -> str:
    """Return the FTS5 query for terms; `columns` limits every term that has no column of its own."""
    expression = " AND ".join(_term(term, columns) for term in terms)
    for term in excluded:
        expression = f"({expression}) NOT {_term(term, columns)}"
    return expression


def weights(index: Table) -> list[float]:
    """Return the weights of the columns in the order that bm25() expects."""
    return [column.weight for column in index.columns]


def _term(term: Term, columns: Sequence[str]) -> str:
    choices = [_phrase(term.stems)]
    if term.joined:
        choices.append(_phrase([term.joined]))
    if term.beginning:
        choices.append(f"{_phrase([*term.stems[:-1], term.beginning])} *")
    columns = [term.column] if term.column else columns
    narrowed = f"{{{' '.join(columns)}}} : " if columns else ""
    return f"({narrowed}({' OR '.join(choices)}))"


def _phrase(stems: Sequence[str]) -> str:
    # Words contain only letters and digits, so nothing needs escaping inside the quotes.
    return f'"{" ".join(stems)}"'

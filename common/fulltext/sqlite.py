"""SQLite: a table of FTS5. Its language: https://www.sqlite.org/fts5.html#full_text_query_syntax"""

import json
from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

from common.fulltext.columns import Table
from common.fulltext.query import Term


def create(table: str, columns: Sequence[str]) -> list[str]:
    # The words are made already; "ascii" only cuts at spaces and leaves other scripts alone,
    # where "unicode61" would cut by its own, older idea of a letter.
    names = ", ".join(columns)
    return [
        f"CREATE VIRTUAL TABLE \"{table}\" USING fts5({names}, tokenize = 'ascii', prefix = '2 3')"
    ]


def put(cursor: CursorWrapper, index: Table, rows: Sequence[tuple[int, list[list[str]]]]) -> None:
    names = ", ".join(f'"{column.name}"' for column in index.columns)
    marks = ", ".join(["%s"] * (len(index.columns) + 1))
    cursor.executemany(
        f'INSERT OR REPLACE INTO "{index.table}" (rowid, {names}) VALUES ({marks})',  # noqa: S608
        [(number, *(" ".join(words) for words in columns)) for number, columns in rows],
    )


def optimise(cursor: CursorWrapper, index: Table) -> None:
    cursor.execute(f'INSERT INTO "{index.table}" ("{index.table}") VALUES (%s)', ["optimize"])  # noqa: S608


def put_words(cursor: CursorWrapper, table: str, rows: Sequence[tuple[int, str]]) -> None:
    # One parameter, because SQLite counts them.
    cursor.execute(
        f'INSERT INTO "{table}" (key, word) '  # noqa: S608
        "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)",
        [json.dumps(rows)],
    )


def words_with(
    cursor: CursorWrapper, table: str, keys: Sequence[int], most: int | None
) -> set[str]:
    limit = f" ORDER BY word LIMIT {int(most)}" if most else ""
    cursor.execute(
        f'SELECT DISTINCT word FROM "{table}" '  # noqa: S608
        f"WHERE key IN (SELECT value FROM json_each(%s)){limit}",
        [json.dumps(list(keys))],
    )
    return {word for (word,) in cursor.fetchall()}


def question(
    index: Table,
    wanted: Sequence[Term],
    unwanted: Sequence[Term] = (),
    *,
    columns: Sequence[str] = (),
) -> str:
    """Terms to an FTS5 expression; `columns` narrows every term that does not name one itself."""
    expression = " AND ".join(_term(term, columns) for term in wanted)
    for term in unwanted:
        expression = f"({expression}) NOT {_term(term, columns)}"
    return expression


def weights(index: Table) -> list[float]:
    return [column.weight for column in index.columns]


def _term(term: Term, columns: Sequence[str]) -> str:
    choices = [_phrase(term.words)]
    if term.joined:
        choices.append(_phrase([term.joined]))
    if term.beginning:
        choices.append(f"{_phrase([*term.words[:-1], term.beginning])} *")
    columns = [term.column] if term.column else columns
    narrowed = f"{{{' '.join(columns)}}} : " if columns else ""
    return f"({narrowed}({' OR '.join(choices)}))"


def _phrase(words: Sequence[str]) -> str:
    # Words hold letters and digits alone, so nothing needs escaping inside the quotes.
    return f'"{" ".join(words)}"'

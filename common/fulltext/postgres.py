"""PostgreSQL: a `tsvector` under a GIN index.

Vectors and questions are written out as literals instead of by to_tsvector() and to_tsquery():
those would cut the text into words once more and in their own way. Forms of the literals:
https://www.postgresql.org/docs/15/datatype-textsearch.html
"""

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from common.fulltext.columns import Table
from common.fulltext.query import Term
from common.fulltext.words import GAP

LABELS = "ABCD"
# From one column to the next; no phrase reaches across.
_COLUMN_GAP = 8


def create(table: str, columns: Sequence[str]) -> list[str]:
    return [
        f'CREATE TABLE "{table}" (rowid bigint PRIMARY KEY, "{table}" tsvector NOT NULL)',
        f'CREATE INDEX "{table}_words" ON "{table}" USING gin ("{table}")',
    ]


def put(cursor: CursorWrapper, index: Table, rows: Sequence[tuple[int, list[list[str]]]]) -> None:
    values = ", ".join(["(%s, %s::tsvector)"] * len(rows))
    parameters = [part for number, words in rows for part in (number, vector(words))]
    cursor.execute(
        f'INSERT INTO "{index.table}" (rowid, "{index.table}") VALUES {values} '  # noqa: S608
        f'ON CONFLICT (rowid) DO UPDATE SET "{index.table}" = EXCLUDED."{index.table}"',
        parameters,
    )


def optimise(cursor: CursorWrapper, index: Table) -> None:
    cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f'"{index.table}_words"'])
    cursor.execute(f'ANALYZE "{index.table}"')


def put_words(cursor: CursorWrapper, table: str, rows: Sequence[tuple[int, str]]) -> None:
    keys, words = zip(*rows, strict=True)
    cursor.execute(
        f'INSERT INTO "{table}" (key, word) SELECT * FROM unnest(%s::int[], %s::text[])',  # noqa: S608
        [list(keys), list(words)],
    )


def words_with(
    cursor: CursorWrapper, table: str, keys: Sequence[int], most: int | None
) -> set[str]:
    limit = f" ORDER BY word LIMIT {int(most)}" if most else ""
    cursor.execute(
        f'SELECT DISTINCT word FROM "{table}" WHERE key = ANY(%s::int[]){limit}',  # noqa: S608
        [list(keys)],
    )
    return {word for (word,) in cursor.fetchall()}


def vector(columns: Iterable[Sequence[str]]) -> str:
    """Words by column to a tsvector: [["deep", "net"], ["he"]] gives "'deep':1A 'net':2A 'he':11B"."""
    positions: dict[str, list[str]] = {}
    position = 0
    for label, words in zip(LABELS, columns, strict=False):
        for word in words:
            position += 1
            if word != GAP:
                positions.setdefault(word, []).append(f"{position}{label}")
        position += _COLUMN_GAP
    return " ".join(f"'{word}':{','.join(places)}" for word, places in positions.items())


def question(
    index: Table,
    wanted: Sequence[Term],
    unwanted: Sequence[Term] = (),
    *,
    columns: Sequence[str] = (),
) -> str:
    """Terms to a tsquery; `columns` narrows every term that does not name a column itself."""
    return " & ".join(
        [
            *(_term(index, term, columns) for term in wanted),
            *(f"!{_term(index, term, columns)}" for term in unwanted),
        ]
    )


def weights(index: Table) -> str:
    """The weights as ts_rank_cd wants them, {D, C, B, A}."""
    by_label = [column.weight for column in index.columns]
    by_label += [0.0] * (len(LABELS) - len(by_label))
    return "{" + ", ".join(str(weight) for weight in reversed(by_label)) + "}"


def _term(index: Table, term: Term, columns: Sequence[str]) -> str:
    names = [column.name for column in index.columns]
    columns = [term.column] if term.column else columns
    labels = "".join(LABELS[names.index(column)] for column in columns)
    choices = [_phrase(term.words, labels)]
    if term.joined:
        choices.append(_phrase([term.joined], labels))
    if term.beginning:
        choices.append(_phrase([*term.words[:-1], term.beginning], labels, is_beginning=True))
    return f"({' | '.join(choices)})"


def _phrase(words: Sequence[str], labels: str, *, is_beginning: bool = False) -> str:
    ends = [""] * len(words)
    ends[-1] = "*" if is_beginning else ""
    marked = []
    for word, end in zip(words, ends, strict=True):
        suffix = end + labels
        marked.append(f"'{word}':{suffix}" if suffix else f"'{word}'")
    return f"({' <-> '.join(marked)})"

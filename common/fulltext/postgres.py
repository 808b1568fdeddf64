"""PostgreSQL: a `tsvector` with a GIN index.

Vectors and queries are written as literals, because to_tsvector() and to_tsquery() would split the
text into words again, with other rules. Format of the literals:
https://www.postgresql.org/docs/15/datatype-textsearch.html
"""

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from common.fulltext.columns import Table
from common.fulltext.query import Term
from common.fulltext.words import GAP

LABELS = "ABCD"
# Positions between two columns, so that no phrase matches across them.
_COLUMN_GAP = 8


def create(table: str, columns: Sequence[str]) -> list[str]:
    """Return the statements that create the table of an index."""
    return [
        f'CREATE TABLE "{table}" (rowid bigint PRIMARY KEY, "{table}" tsvector NOT NULL)',
        f'CREATE INDEX "{table}_words" ON "{table}" USING gin ("{table}")',
    ]


def put(cursor: CursorWrapper, index: Table, rows: Sequence[tuple[int, list[list[str]]]]) -> None:
    """Insert or replace (pk, [words of each column])."""
    values = ", ".join(["(%s, %s::tsvector)"] * len(rows))
    parameters = [part for pk, columns in rows for part in (pk, vector(columns))]
    cursor.execute(
        f'INSERT INTO "{index.table}" (rowid, "{index.table}") VALUES {values} '  # noqa: S608
        f'ON CONFLICT (rowid) DO UPDATE SET "{index.table}" = EXCLUDED."{index.table}"',
        parameters,
    )


def outdated(
    cursor: CursorWrapper, index: Table, rows: Sequence[tuple[int, list[list[str]]]]
) -> dict[int, bool]:
    """Return {pk: whether it has a row} where the stored words are not (pk, [words of each column])."""
    values = ", ".join(["(%s::bigint, %s::tsvector)"] * len(rows))
    cursor.execute(
        f"SELECT fresh.pk, stored.rowid IS NOT NULL FROM (VALUES {values}) fresh (pk, words) "  # noqa: S608
        f'LEFT JOIN "{index.table}" stored ON stored.rowid = fresh.pk '
        f'WHERE stored."{index.table}" IS DISTINCT FROM fresh.words',
        [part for pk, columns in rows for part in (pk, vector(columns))],
    )
    return dict(cursor.fetchall())


def optimise(cursor: CursorWrapper, index: Table) -> None:
    """Merge the pending list of the GIN index and update the planner's statistics."""
    cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [f'"{index.table}_words"'])
    cursor.execute(f'ANALYZE "{index.table}"')


def put_words(cursor: CursorWrapper, table: str, rows: Sequence[tuple[int, str]]) -> None:
    """Insert rows, (key, word), into the table of a vocabulary."""
    keys, vocabulary = zip(*rows, strict=True)
    cursor.execute(
        f'INSERT INTO "{table}" (key, word) SELECT * FROM unnest(%s::int[], %s::text[])',  # noqa: S608
        [list(keys), list(vocabulary)],
    )


def words_with(
    cursor: CursorWrapper, table: str, keys: Sequence[int], most: int | None
) -> set[str]:
    """Return the words of a vocabulary under any of `keys`; at most `most` unless that is None."""
    limit = f" ORDER BY word LIMIT {int(most)}" if most else ""
    cursor.execute(
        f'SELECT DISTINCT word FROM "{table}" WHERE key = ANY(%s::int[]){limit}',  # noqa: S608
        [list(keys)],
    )
    return {word for (word,) in cursor.fetchall()}


def vector(columns: Iterable[Sequence[str]]) -> str:
    """Return the tsvector of words by column.

    [["deep", "net"], ["he"]] gives "'deep':1A 'net':2A 'he':11B".
    """
    positions: dict[str, list[str]] = {}
    position = 0
    for label, column in zip(LABELS, columns, strict=False):
        for word in column:
            position += 1
            if word != GAP:
                positions.setdefault(word, []).append(f"{position}{label}")
        position += _COLUMN_GAP
    return " ".join(f"'{word}':{','.join(labelled)}" for word, labelled in positions.items())


def question(
    index: Table,
    terms: Sequence[Term],
    excluded: Sequence[Term] = (),
    *,
    columns: Sequence[str] = (),
) -> str:
    """Return the tsquery for terms; `columns` limits every term that has no column of its own."""
    return " & ".join(
        [
            *(_term(index, term, columns) for term in terms),
            *(f"!{_term(index, term, columns)}" for term in excluded),
        ]
    )


def weights(index: Table) -> str:
    """Return the weights in the order that ts_rank_cd expects, {D, C, B, A}."""
    by_label = [column.weight for column in index.columns]
    by_label += [0.0] * (len(LABELS) - len(by_label))
    return "{" + ", ".join(str(weight) for weight in reversed(by_label)) + "}"


def _term(index: Table, term: Term, columns: Sequence[str]) -> str:
    names = [column.name for column in index.columns]
    columns = [term.column] if term.column else columns
    labels = "".join(LABELS[names.index(column)] for column in columns)
    choices = [_phrase(term.stems, labels)]
    if term.joined:
        choices.append(_phrase([term.joined], labels))
    if term.beginning:
        choices.append(_phrase([*term.stems[:-1], term.beginning], labels, is_beginning=True))
    return f"({' | '.join(choices)})"


def _phrase(stems: Sequence[str], labels: str, *, is_beginning: bool = False) -> str:
    ends = [""] * len(stems)
    ends[-1] = "*" if is_beginning else ""
    marked = []
    for stem, end in zip(stems, ends, strict=True):
        suffix = end + labels
        marked.append(f"'{stem}':{suffix}" if suffix else f"'{stem}'")
    return f"({' <-> '.join(marked)})"

"""Transactions that wait for rows, and begin again when the database asks for it.

Two transactions that lock the same rows in the same order never wait for each other in a circle;
`papers.locks` has the order. What is left (foreign keys that are checked at the commit, rows of
other tables) the database ends with an error, which says no more than "begin again".
"""

import random
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction

P = ParamSpec("P")
T = TypeVar("T")

MOST_TRIES = 6
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.5
# https://www.postgresql.org/docs/15/errcodes-appendix.html: serialization_failure and
# deadlock_detected; foreign_key_violation, because a row that was there when the transaction read
# it may be gone (a paper that was merged) when its commit looks for it.
TRANSIENT_CODES = {"40001", "40P01", "23503"}


class TryAgainError(Exception):
    """What was read before the lock is true no more: the transaction has to begin again."""


def transactional(operation: Callable[P, T]) -> Callable[P, T]:
    """Run a function in a transaction, again from its start when the database breaks it off.

    Inside an open transaction it is a savepoint and is never repeated: what was read and locked
    before it belongs to the try. A function that may be repeated reads all that it changes by
    itself, does nothing outside of the database but by `on_commit`, and nothing slow: on SQLite
    all other writers wait meanwhile.

    SQLite breaks nothing off. A writer there waits up to its `timeout` for the file, so that
    "database is locked" comes after a long wait and is not tried again.
    """

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            with transaction.atomic():
                return operation(*args, **kwargs)
        for pause in _pauses():
            is_committed: list[bool] = []
            try:
                with transaction.atomic():
                    # The first of all: an error of what follows a commit must not repeat it.
                    transaction.on_commit(partial(is_committed.append, True))
                    return operation(*args, **kwargs)
            except (OperationalError, IntegrityError, TryAgainError) as error:
                if pause is None or is_committed or not is_transient(error):
                    raise
            time.sleep(pause)
        raise AssertionError("The last pause is None.")

    return run


def is_transient(error: Exception) -> bool:
    """Whether the same transaction may succeed when it begins again."""
    if isinstance(error, TryAgainError):
        return True
    # psycopg2 calls it `pgcode`, psycopg `sqlstate`.
    cause = error.__cause__
    return getattr(cause, "pgcode", getattr(cause, "sqlstate", None)) in TRANSIENT_CODES


def _pauses() -> list[float | None]:
    """Seconds between tries, growing and each different, so that two do not meet again; None last."""
    longest = [
        min(FIRST_PAUSE_SECONDS * 2**number, LONGEST_PAUSE_SECONDS)
        for number in range(MOST_TRIES - 1)
    ]
    return [*(random.uniform(0.5, 1) * seconds for seconds in longest), None]  # noqa: S311

"""Transactions that are retried when the database aborts them.

Transactions that lock rows in the same order cannot deadlock; `papers.locks` defines the order. In
the remaining cases (foreign keys that are checked at the commit, rows of other tables) the database
aborts one transaction with an error, and it can be retried.
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
# deadlock_detected; foreign_key_violation, because a row that the transaction has read may be
# deleted before its commit (a paper that was merged).
TRANSIENT_CODES = {"40001", "40P01", "23503"}


class TryAgainError(Exception):
    """Data that was read before the lock has changed: the transaction must be retried."""


def transactional(operation: Callable[P, T]) -> Callable[P, T]:
    """Decorate a function to run in a transaction that is retried when the database aborts it.

    Inside an open transaction it is a savepoint and never retried, because earlier reads and locks
    would have to be repeated too. A function that may be retried reads everything that it changes,
    has no effects outside the database except by `on_commit`, and does nothing slow: on SQLite all
    other writers wait for it.

    SQLite does not abort transactions. A writer waits up to its `timeout` for the file, so "database
    is locked" comes after a long wait and is not retried.
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
                    # Registered first: an error in a later hook must not repeat the transaction.
                    transaction.on_commit(partial(is_committed.append, True))
                    return operation(*args, **kwargs)
            except (OperationalError, IntegrityError, TryAgainError) as error:
                if pause is None or is_committed or not is_transient(error):
                    raise
            time.sleep(pause)
        raise AssertionError("The last pause is None.")

    return run


def is_transient(error: Exception) -> bool:
    """Return whether the transaction may succeed when it is retried."""
    if isinstance(error, TryAgainError):
        return True
    # psycopg2 calls it `pgcode`, psycopg `sqlstate`.
    cause = error.__cause__
    return getattr(cause, "pgcode", getattr(cause, "sqlstate", None)) in TRANSIENT_CODES


def _pauses() -> list[float | None]:
    """Return the seconds between tries, growing and randomised, followed by None."""
    longest = [
        min(FIRST_PAUSE_SECONDS * 2**attempt, LONGEST_PAUSE_SECONDS)
        for attempt in range(MOST_TRIES - 1)
    ]
    return [*(random.uniform(0.5, 1) * seconds for seconds in longest), None]  # noqa: S311

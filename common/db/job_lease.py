"""Outbox rows that several worker processes can work on at the same time.

A worker writes its claim into a row, commits, and only then performs the work. A claim expires, so
that another worker takes over the row of a killed one.
"""

import datetime
import secrets
from collections.abc import Callable
from typing import TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 60, 3600


class Leased(models.Model):
    """A row that a worker claims for a limited time before it works on it."""

    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Leased)


def ready(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Return the rows that are due and not claimed."""
    now = timezone.now()
    return rows.filter(next_try_at__lte=now).filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now)
    )


def drain(due: Callable[[], list[int]], send: Callable[[int], bool]) -> int:
    """Send all rows that are due, one after another, and return how many were sent.

    `due` returns primary keys; `send` returns whether it handled the row. Several processes may
    run this at once: the first one claims a row. It stops when `due` repeats itself.
    """
    count, before = 0, None
    while (pks := due()) and pks != before:
        count += sum(send(pk) for pk in pks)
        before = pks
    return count


def lock(rows: QuerySet[Row], pk: int) -> Row | None:
    """Lock a ready row until the transaction ends; return None when another process has it."""
    matching = ready(rows).filter(pk=pk)
    return matching.select_for_update(of=("self",), skip_locked=True).first()


def claim(row: Leased, *, seconds: float) -> None:
    """Write this process's claim into a locked row; the caller saves it."""
    row.claim = secrets.token_hex(16)
    row.claimed_until = timezone.now() + datetime.timedelta(seconds=seconds)
    row.tries += 1


def reclaim(row: Row) -> Row | None:
    """Return the stored row, locked, or None when another worker has taken it over."""
    stored = type(row)._default_manager.select_for_update(of=("self",))
    return stored.filter(pk=row.pk, claim=row.claim).first()


def pause_seconds(tries: int) -> float:
    """Return the seconds to wait after `tries` tries: doubled each time, up to one hour."""
    seconds: float = min(FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 10), LONGEST_PAUSE_SECONDS)
    return seconds

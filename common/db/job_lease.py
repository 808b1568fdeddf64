"""Rows of an outbox that worker processes take in turn.

A worker writes its claim into a row, commits that, and only then does what the row asks for. A
claim runs out, so that what a killed worker held is taken up by another.
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
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Leased)


def ready(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Those whose time has come and that nobody holds."""
    now = timezone.now()
    return rows.filter(next_try_at__lte=now).filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now)
    )


def drain(due: Callable[[], list[int]], send: Callable[[int], bool]) -> int:
    """Send all that is due, one row after the other; returns how many were worked on.

    A row is claimed by whoever comes first: several processes may do this at once.
    """
    done, before = 0, None
    while (numbers := due()) and numbers != before:
        done += sum(send(number) for number in numbers)
        before = numbers
    return done


def lock(rows: QuerySet[Row], number: int) -> Row | None:
    """The ready row, locked until the transaction ends; None when somebody else is at it."""
    found = ready(rows).filter(pk=number)
    return found.select_for_update(of=("self",), skip_locked=True).first()


def claim(row: Leased, *, seconds: float) -> None:
    """Write this process's claim into a locked row; the caller saves it."""
    row.claim = secrets.token_hex(16)
    row.claimed_until = timezone.now() + datetime.timedelta(seconds=seconds)
    row.tries += 1


def reclaim(row: Row) -> Row | None:
    """The row as it is stored, locked; None when its claim ran out and another took it over."""
    stored = type(row)._default_manager.select_for_update(of=("self",))
    return stored.filter(pk=row.pk, claim=row.claim).first()


def pause_seconds(tries: int) -> float:
    """How long to wait after a number of tries: twice as long each time, an hour at most."""
    seconds: float = min(FIRST_PAUSE_SECONDS * 2 ** min(tries - 1, 10), LONGEST_PAUSE_SECONDS)
    return seconds

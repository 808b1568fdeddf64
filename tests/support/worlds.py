"""Two worlds that differ in one thing, walked through address by address.

`twice` builds a world, looks around, undoes everything down to the numbers that the database gives
out, and builds the other one, so that equal answers must be equal to the byte.
"""

import contextlib
import datetime
import random
import re
from collections.abc import Callable, Iterator

from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

NOW = datetime.datetime(2026, 11, 2, 12, 0, tzinfo=datetime.UTC)
# Random to every answer, and no news to who reads it.
CHANCE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|data-csrf="[^"]*"|X-CSRFToken&quot;: &quot;[^&]*'
    # A token that a script asks for, and the salted password that the admin shows the ends of.
    r'|"(?:csrf|token)": ?"[^"]*"|<strong>(?:salt|hash)</strong>: <bdi>[^<]*'
)
# Of two sign-ins, and of when an answer was made.
HEADERS_OF_CHANCE = {"set-cookie", "date", "expires"}


class _RollbackError(Exception):
    pass


class Clock:
    """What `timezone.now` says: it moves only when told."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now

    def pass_by(self, **how_much: float) -> None:
        self.now += datetime.timedelta(**how_much)


def twice(monkeypatch, capture_on_commit, live: Callable[[int, Clock], object]) -> list[object]:
    """What `live(0, clock)` and `live(1, clock)` return, each begun from the same database."""
    return [_once(monkeypatch, capture_on_commit, live, number) for number in (0, 1)]


def _once(monkeypatch, capture_on_commit, live, number: int) -> object:
    clock, lived = Clock(), None
    cache.clear()
    mail.outbox.clear()
    random.seed(7)
    with monkeypatch.context() as patch, _numbers_kept(), contextlib.suppress(_RollbackError):
        patch.setattr(timezone, "now", clock)
        with transaction.atomic():
            with capture_on_commit(execute=True):
                lived = live(number, clock)
            raise _RollbackError
    return lived


@contextlib.contextmanager
def _numbers_kept() -> Iterator[None]:
    """PostgreSQL gives out each number once, also when what had it is undone; SQLite does not."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences")
        sequences = cursor.fetchall()
    yield
    with connection.cursor() as cursor:
        for name, last in sequences:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


def answer(client: Client, address: str, **how: object) -> tuple:
    """(status, headers, body) of one answer, without what differs by chance."""
    response = client.get(address, **how)
    return told(response)


def told(response) -> tuple:
    body = b"".join(response) if response.streaming else response.content
    headers = sorted(
        (name.lower(), value)
        for name, value in response.headers.items()
        if name.lower() not in HEADERS_OF_CHANCE
    )
    return response.status_code, headers, CHANCE.sub("", body.decode("utf-8", "replace"))


def differences(first: dict, second: dict) -> list[str]:
    """The addresses whose answers differ, each with the place of the first difference."""
    found = []
    for address in first.keys() | second.keys():
        one, other = first.get(address), second.get(address)
        if one != other:
            found.append(f"{address}: {_place(repr(one), repr(other))}")
    return sorted(found)


def _place(one: str, other: str) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"…{one[max(at - 80, 0) : at + 80]}… or …{other[max(at - 80, 0) : at + 80]}…"

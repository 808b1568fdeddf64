"""Transactions that the database breaks off begin again, and no other ones do."""

import contextlib
import threading

import pytest
from django.db import OperationalError, connection, connections, transaction

from accounts.models import User
from common.db.transactions import MOST_TRIES, TryAgainError, transactional
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_two_that_wait_for_each_other_are_both_done():
    """PostgreSQL ends one of them with an error; SQLite lets one wait for the other."""
    people, meet, tries = [make_user().pk, make_user().pk], threading.Barrier(2), []

    @transactional
    def rename_both(numbers: list[int], name: str) -> None:
        tries.append(name)
        for number in numbers:
            User.objects.filter(pk=number).update(name=name)
            with contextlib.suppress(threading.BrokenBarrierError):
                meet.wait(2)

    def run(numbers: list[int], name: str) -> None:
        with contextlib.closing(connections["default"]):
            rename_both(numbers, name)

    threads = [
        threading.Thread(target=run, args=[people, "Ada"]),
        threading.Thread(target=run, args=[people[::-1], "Bob"]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    names = set(User.objects.filter(pk__in=people).values_list("name", flat=True))
    assert names in ({"Ada"}, {"Bob"})
    assert len(tries) == (3 if connection.vendor == "postgresql" else 2)


def test_a_stale_read_begins_again_with_nothing_written():
    tries = []

    @transactional
    def operation() -> int:
        tries.append(User.objects.count())
        make_user()
        if len(tries) < 3:
            raise TryAgainError("The first two tries are too early.")
        return User.objects.count()

    assert operation() == 1
    assert tries == [0, 0, 0]


def test_trying_comes_to_an_end():
    tries = []

    @transactional
    def operation() -> None:
        tries.append(1)
        raise TryAgainError

    with pytest.raises(TryAgainError):
        operation()
    assert len(tries) == MOST_TRIES


def test_inside_an_open_transaction_nothing_is_repeated():
    tries = []

    @transactional
    def operation() -> None:
        tries.append(1)
        make_user()
        raise TryAgainError

    with transaction.atomic():
        with pytest.raises(TryAgainError):
            operation()
        assert User.objects.count() == 0
    assert tries == [1]


def test_an_error_after_the_commit_does_not_repeat_what_is_done():
    @transactional
    def operation() -> None:
        make_user()
        transaction.on_commit(fail)

    def fail() -> None:
        raise TryAgainError("Of somebody else's transaction.")

    with pytest.raises(TryAgainError):
        operation()
    assert User.objects.count() == 1


def test_other_errors_of_the_database_are_passed_on():
    tries = []

    @transactional
    def operation() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    with pytest.raises(Exception, match="no_such_table"):
        operation()
    with pytest.raises(OperationalError):
        transactional(_locked_file)()
    assert tries == [1]


def _locked_file() -> None:
    """What SQLite says after it has waited for long."""
    raise OperationalError("database is locked")

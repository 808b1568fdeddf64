"""Lock an account before it changes in a way that others' counts depend on.

Accounts come last in the order of locks (`papers.locks`), and this app knows nothing of papers:
apps further right lock what they will recount when they hear `account_changes`.
"""

from django.dispatch import Signal

from accounts.models import User
from common.db.transactions import TryAgainError

# Sent with `person` inside a transaction, before a change that moves counts. Receivers lock the
# rows they will recount, and return the set of their numbers.
account_changes = Signal()


def lock_account(person: User) -> User:
    """Lock what an account's votes and texts are counted in, and then its row; return the row.

    Inside a `transactional` function, and before any other row is locked in it. Raises
    User.DoesNotExist.
    """
    before = _lock_counted(person)
    stored = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    # Nobody votes with the account from here on; a vote that came in just before is seen now.
    if _lock_counted(person) != before:
        raise TryAgainError(f"Account {person.pk} did something meanwhile.")
    return stored


def _lock_counted(person: User) -> list[set[int]]:
    return [answer for _, answer in account_changes.send(User, person=person)]

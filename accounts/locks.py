"""Lock an account before a change that the counts of others depend on.

Accounts come last in the order of locks (`papers.locks`), and this app does not know papers: on
`account_changes`, higher apps lock what they will recount.
"""

from django.dispatch import Signal

from accounts.models import User
from common.db.transactions import TryAgainError

# Sent with `person` inside a transaction, before a change that affects counts. Receivers lock the
# rows they will recount, and return the set of their primary keys.
account_changes = Signal()


def lock_account(person: User) -> User:
    """Lock what an account's votes and texts are counted in, then its row; return the row.

    Call it inside a `transactional` function before any other row is locked. Raises
    User.DoesNotExist.
    """
    before = _lock_counted(person)
    stored = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    # From here on nobody votes with the account; a vote cast just before is visible now.
    if _lock_counted(person) != before:
        raise TryAgainError(f"Account {person.pk} changed in the meantime.")
    return stored


def _lock_counted(person: User) -> list[set[int]]:
    return [response for _, response in account_changes.send(User, person=person)]

"""What belongs to a person in all apps: for the export, and for deleting the account.

`accounts` does not know summaries or follows; higher apps register their part here when Django
starts, in `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable, Iterator

from django.dispatch import Signal

from accounts.models import User

# A unique path in the archive, with slashes, and the content of the file.
File = tuple[str, bytes]
Contributor = Callable[[User], Iterable[File]]

_contributors: list[Contributor] = []

# Sent with `person` and `keep_summaries`, inside the transaction that deletes the person's row and
# before anything is deleted. Receivers do what the database cannot: they recount, and keep or
# delete texts. Rows that just belong to the person are deleted by `on_delete`.
person_leaves = Signal()


def contribute(function: Contributor) -> Contributor:
    """Register a function that yields the files of a person, like ("follows.json", b"[]")."""
    if function not in _contributors:
        _contributors.append(function)
    return function


def files_of(person: User) -> Iterator[File]:
    """Yield all files of a person's archive one by one, since it may not fit into memory."""
    for function in _contributors:
        yield from function(person)

"""What is somebody's own, over all apps: for the download, and for the day the person leaves.

`accounts` knows neither summaries nor follows; apps further right tell it here what they hold.
They register when Django starts, in `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable, Iterator

from django.dispatch import Signal

from accounts.models import User

# A path in the archive, with slashes and a name of its own, and what stands there.
File = tuple[str, bytes]
Contributor = Callable[[User], Iterable[File]]

_contributors: list[Contributor] = []

# Sent with `person` and `keep_summaries`, inside the transaction that ends with the deletion of the
# person's row and before anything is deleted. Receivers settle what only they know: counts that
# must be counted anew, texts that stay or go. Rows that simply belong to the person go by
# themselves, by `on_delete`.
person_leaves = Signal()


def contribute(function: Contributor) -> Contributor:
    """Add a function from a person to files of the archive, like ("follows.json", b"[]")."""
    if function not in _contributors:
        _contributors.append(function)
    return function


def files_of(person: User) -> Iterator[File]:
    """All files of a person's archive, one at a time: an archive may be larger than the memory."""
    for function in _contributors:
        yield from function(person)

"""Checks of files in Django's storage: which of them no row refers to."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import ClassVar

from django.core.files.storage import FileSystemStorage, default_storage
from django.utils import timezone

from doctor.invariants import Batch, Damage, Invariant, Key, Verdict

# A file is written before its row, and deleted after it.
YOUNG = datetime.timedelta(hours=1)


class FileInvariant(Invariant):
    """A check of the files in a folder. Those younger than an hour are left out.

    A subclass has `damage`, which gets the names of some files.
    """

    folder: str
    batch_size: ClassVar[int] = 500

    def damage(self, names: Sequence[str]) -> Iterable[Damage]:
        """Return the damage among the files."""
        raise NotImplementedError

    def find(self, after: Key | None = None) -> Iterator[Batch]:
        """Yield batches of files; folders have no order, so that a run begins with the first one."""
        names = walk(self.folder)
        while batch := list(islice(names, self.batch_size)):
            yield Batch(None, len(batch), list(self.damage(batch)))

    def confirm(self, keys: Sequence[Key], *, repairs: bool) -> Verdict:
        """Check again which files are old and surplus, and delete them."""
        names = [str(key) for key in keys]
        damaged = list(self.damage([name for name in names if default_storage.exists(name)]))
        verdict = Verdict([item for item in damaged if not is_young(str(item.key))])
        for item in verdict.damaged if repairs else ():
            default_storage.delete(str(item.key))
            verdict.repaired.add(item.key)
        return verdict


def walk(folder: str) -> Iterator[str]:
    """Yield the names of all files below a folder, one at a time."""
    if isinstance(default_storage, FileSystemStorage):
        root = Path(default_storage.location)
        # Unlike `listdir`, this does not read a whole folder into memory.
        yield from (
            path.relative_to(root).as_posix()
            for path in (root / folder).rglob("*")
            if path.is_file()
        )
        return
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for name in folders:
        yield from walk(f"{folder}/{name}")


def is_young(name: str) -> bool:
    """Return whether a file was written less than an hour ago, or is gone."""
    try:
        return default_storage.get_modified_time(name) > timezone.now() - YOUNG
    except OSError:
        return True

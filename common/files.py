"""Write files completely or not at all.

A file that is written in place is left empty when the disk is full, and is then taken for the real
file.
"""

import contextlib
import os
import secrets
from pathlib import Path


class StorageFullError(Exception):
    """The file could not be written, because of space, permissions or the disk; try again later."""


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write `data` to a temporary file, flush it to the disk and rename it to `path`.

    An existing file is replaced only then. Raises StorageFullError and removes the temporary file
    when writing fails.
    """
    # In the same folder, because a rename is atomic only within one file system. No page links to
    # a name with a leading dot.
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            # Some file systems report only here that the disk is full.
            os.fsync(file.fileno())
            if os.fstat(file.fileno()).st_size != len(data):
                raise OSError(f"{path.name} is shorter than the data that was written")
        os.replace(partial, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StorageFullError(f"{path.name} could not be written: {error}") from error

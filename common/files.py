"""Files that are there as a whole or not at all.

On a full disk a file that is written in place is left empty under its name, where it counts as
being there for ever.
"""

import contextlib
import os
import secrets
from pathlib import Path


class StorageFullError(Exception):
    """A file could not be written: no room, no permission, a broken disk. It may work later."""


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file beside its name and move it there once it lies on the disk.

    What has the name stays until then. Raises StorageFullError, and leaves nothing behind.
    """
    # In the same folder, for only there a move is one step; no page hands such a name out.
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            # Some file systems find out only here that there is no room.
            os.fsync(file.fileno())
            if os.fstat(file.fileno()).st_size != len(data):
                raise OSError(f"{path.name} is shorter than what was written")
        os.replace(partial, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StorageFullError(f"{path.name} could not be written: {error}") from error

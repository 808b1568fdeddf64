"""Write files to Django's storage as a whole or not at all: see `common.files`."""

import contextlib
import os
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from common.files import StorageFullError, write_whole


def keep(name: str, data: bytes) -> None:
    """Store `data` as the file `name`, replacing a file with other content.

    Raises StorageFullError when the file cannot be written. On a local file system the old file is
    left unchanged then.
    """
    if holds(name, data):
        if isinstance(default_storage, FileSystemStorage):
            # `doctor` deletes old files that no row has, and the row of this one may come later.
            with contextlib.suppress(OSError):
                os.utime(default_storage.path(name))
        return
    if isinstance(default_storage, FileSystemStorage):
        mode = default_storage.file_permissions_mode or 0o644
        write_whole(Path(default_storage.path(name)), data, mode=mode)
        return
    # Object stores publish a file when it is complete; most of them do not overwrite a name.
    try:
        default_storage.delete(name)
        saved = default_storage.save(name, ContentFile(data))
        if saved != name:  # Another process was faster, with the same bytes.
            default_storage.delete(saved)
    except OSError as error:
        raise StorageFullError(f"{name} could not be written: {error}") from error


def holds(name: str, data: bytes) -> bool:
    """Return whether the file exists and its content is exactly `data`."""
    try:
        if default_storage.size(name) != len(data):
            return False
        with default_storage.open(name) as file:
            return bool(file.read() == data)
    except OSError:
        return False

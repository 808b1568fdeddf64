"""Files in Django's storage, kept whole: see `lib.files`."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from common.files import StorageFullError, write_whole


def keep(name: str, data: bytes) -> None:
    """Have the file in the storage with these bytes; one that differs is replaced.

    Raises StorageFullError, and leaves then what was there.
    """
    if holds(name, data):
        return
    if isinstance(default_storage, FileSystemStorage):
        mode = default_storage.file_permissions_mode or 0o644
        write_whole(Path(default_storage.path(name)), data, mode=mode)
        return
    # Stores of objects show one once it is whole; most of them give a name only once.
    try:
        default_storage.delete(name)
        saved = default_storage.save(name, ContentFile(data))
        if saved != name:  # Another process was faster, with the same bytes.
            default_storage.delete(saved)
    except OSError as error:
        raise StorageFullError(f"{name} could not be written: {error}") from error


def holds(name: str, data: bytes) -> bool:
    """Whether the file is there with these bytes and no others."""
    try:
        if default_storage.size(name) != len(data):
            return False
        with default_storage.open(name) as file:
            return bool(file.read() == data)
    except OSError:
        return False

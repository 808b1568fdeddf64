"""A person's archive as one zip, written while it is sent."""

import zipfile
from collections.abc import Iterator

from accounts.export.registry import files_of
from accounts.models import User

# What is packed already grows when it is packed again.
PACKED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".zip")


class _Outbox:
    """A file that can only be written; what was written is taken away piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def stream_zip(person: User) -> Iterator[bytes]:
    """The bytes of the zip, a file of it at a time; two files never share a name."""
    outbox = _Outbox()
    names: set[str] = set()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files_of(person):
            if path in names:
                continue
            names.add(path)
            how = zipfile.ZIP_STORED if path.lower().endswith(PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(path, data, compress_type=how)
            yield outbox.take()
    yield outbox.take()

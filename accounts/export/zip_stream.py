"""A person's archive as one zip file, written while it is sent."""

import zipfile
from collections.abc import Iterator

from accounts.export.registry import files_of
from accounts.models import User

# Files that are compressed already would grow if compressed again.
PACKED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".zip")


class _Outbox:
    """A write-only file whose content is taken out in pieces."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: no data is buffered elsewhere."""

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def stream_zip(person: User) -> Iterator[bytes]:
    """Yield the bytes of the zip, one file at a time; only the first file of a path is included."""
    outbox = _Outbox()
    names: set[str] = set()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files_of(person):
            if path in names:
                continue
            names.add(path)
            compression = (
                zipfile.ZIP_STORED if path.lower().endswith(PACKED) else zipfile.ZIP_DEFLATED
            )
            archive.writestr(path, data, compress_type=compression)
            yield outbox.take()
    yield outbox.take()

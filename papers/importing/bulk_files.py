"""Batches for papers.importing.bulk from files of any size: a record a line, or a stream of records."""

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from papers.importing.bulk import BATCH_SIZE, Batch, Broken
from papers.sources.records import Record

MAX_LINE_BYTES = 4 * 1024 * 1024
_HEAD_BYTES = 64 * 1024


class UnreadableFileError(Exception):
    """The file cannot be read on; the message says why."""


def fingerprint(path: Path) -> str:
    """What changes when a file grows or is replaced: its size and its first bytes."""
    with _readable(path), path.open("rb") as file:
        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()[:32]
        return f"{path.stat().st_size} {head}"


def line_batches(
    path: Path,
    parse: Callable[[bytes], Record | None],
    *,
    position: int,
    lines: int,
    size: int = BATCH_SIZE,
) -> Iterator[Batch]:
    """A batch for every `size` lines, from the byte `position` on, before which `lines` stand.

    `parse` gives None for a record that is not wanted and raises ValueError for a broken one.
    In `counts` of the batches "lines" counts all of them, blank ones too; `state["bytes_read"]`
    is the place in the file as it lies on the disk, which differs for a compressed one.
    """
    with _readable(path), open_bytes(path) as (stream, raw):
        stream.seek(position)
        while True:
            records, broken, left_out, read = [], [], 0, 0
            while read < size and (line := _read_line(stream)) != b"":
                read += 1
                if line is not None and not line.strip():
                    continue
                try:
                    if line is None:
                        raise ValueError(f"is longer than {MAX_LINE_BYTES // 2**20} MB")
                    record = parse(line)
                except ValueError as error:
                    reason = " ".join(str(error).split())[:200]
                    broken.append(Broken(f"line {lines + read:,}", reason))
                    continue
                if record is None:
                    left_out += 1
                else:
                    records.append(record)
            if not read:
                return
            lines += read
            yield Batch(
                records=records,
                position=stream.tell(),
                state={"bytes_read": raw.tell()},
                counts={"lines": read, "left_out": left_out},
                broken=broken,
            )


def record_batches(
    records: Iterable[Record | Broken], *, done: int, size: int = BATCH_SIZE
) -> Iterator[Batch]:
    """Batches of a stream whose first `done` records are in already; `position` counts them."""
    stream = islice(records, done, None)
    while part := list(islice(stream, size)):
        done += len(part)
        yield Batch(
            records=[item for item in part if not isinstance(item, Broken)],
            position=done,
            broken=[item for item in part if isinstance(item, Broken)],
        )


@contextmanager
def open_bytes(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """(content, file on the disk); gzip is unpacked, and of a zip archive the largest file."""
    with path.open("rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        if magic[:2] == b"\x1f\x8b":
            content: Any = gzip.GzipFile(fileobj=raw)
        elif magic == b"PK\x03\x04":
            archive = zipfile.ZipFile(raw)
            content = archive.open(max(archive.infolist(), key=lambda item: item.file_size))
        else:
            yield raw, raw
            return
        with io.BufferedReader(content, 1024 * 1024) as buffered:
            yield buffered, raw


def _read_line(stream: BinaryIO) -> bytes | None:
    """b"" at the end, None for a line that is too long, which is passed over in pieces."""
    line = stream.readline(MAX_LINE_BYTES)
    if len(line) < MAX_LINE_BYTES or line.endswith(b"\n"):
        return line
    while line and not line.endswith(b"\n"):
        line = stream.readline(MAX_LINE_BYTES)
    return None


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise UnreadableFileError(f"{path} is cut short or damaged: {error}") from error
    except OSError as error:  # gzip.BadGzipFile is one too.
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror or error}") from error

"""Batches for `papers.importing.bulk` from files of any size and from streams of records.

A file holds one record per line.
"""

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
    """The rest of the file cannot be read; the message says why."""


def fingerprint(path: Path) -> str:
    """Return a text that changes when a file grows or is replaced: its size and a hash of its head.

    Raises UnreadableFileError.
    """
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
    """Yield a batch for every `size` lines, beginning at the byte `position`.

    `lines` is the number of lines before `position`. `parse` returns None for a record to skip and
    raises ValueError for a broken one. In the `counts` of a batch, "lines" includes blank lines and
    "left_out" the skipped records; `state["bytes_read"]` is the position in the file on disk, which
    differs from `position` for a compressed file. Raises UnreadableFileError.
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
    """Yield batches of a stream, skipping its first `done` records; `position` counts records."""
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
    """Yield (content, file on disk), decompressed.

    The content of a gzip file is unpacked; of a zip archive, the largest file is read.
    """
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
    """Return the next line, b"" at the end, and None for a line that is too long.

    A line that is too long is skipped in pieces.
    """
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
        raise UnreadableFileError(f"{path} is truncated or damaged: {error}") from error
    except OSError as error:  # gzip.BadGzipFile is an OSError, too.
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror or error}") from error

"""A disk without room, for real: the system refuses to write more than some bytes into a file."""

import contextlib
import resource
from collections.abc import Iterator

import pytest

from common import files, storage


@contextlib.contextmanager
def no_room(most_bytes: int = 10) -> Iterator[None]:
    """No file of this process may grow beyond; Python ignores the signal, so that write() fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def full_disk(monkeypatch):
    """For what is written into the storage of files; the database has another disk."""

    def write_whole(*args: object, **how: object) -> None:
        with no_room():
            files.write_whole(*args, **how)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "write_whole", write_whole)
        yield patched

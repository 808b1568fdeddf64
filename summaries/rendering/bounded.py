"""Limits around the renderer: at most 100,000 characters and 2 seconds, whatever the text.

Python-Markdown is quadratic or worse on some texts, and a thread cannot be stopped from outside.
So only a text that is plainly harmless is rendered here; any other goes to a child process, which
is killed when the time is up and started anew for the next one.
"""

import atexit
import os
import pickle
import re
import selectors
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext

from summaries.rendering.document import render_unbounded
from summaries.rendering.shapes import (
    CitedPaper,
    MentionedPerson,
    Rendered,
    ShownPicture,
    gettext_noop,
)

MAX_CHARACTERS = 100_000
MAX_SECONDS = 2.0
START_SECONDS = 30.0
_PROJECT = Path(__file__).resolve().parent.parent.parent
_LENGTH = struct.Struct(">I")

# A text within all of these takes milliseconds; summaries that people write are.
_HARMLESS_CHARACTERS = 20_000
_HARMLESS_MARKS = 600
_HARMLESS_LINE = 4_000
_RUN = re.compile(r"([^\w\s.=~#-])\1{7,}|[-=~#.]{120,}|(?:[>*_\[(!]\s?){12,}|\n {24,}\S", re.ASCII)
_MARKS = re.compile(r"[\[\]!<>&_*^|~:]")


class TextRefused(ValueError):
    """The text cannot be rendered; the message tells the writer why and what to do."""


def run(
    text: str,
    prefix: str,
    papers: Mapping[str, CitedPaper],
    people: Mapping[str, MentionedPerson],
    pictures: Mapping[str, ShownPicture] | None,
) -> Rendered:
    """`render_unbounded` within the limits; raises TextRefused."""
    if len(text) > MAX_CHARACTERS:
        words = gettext(
            "The text has %(count)s characters; at most %(most)s fit. Shorten it, or leave a part "
            "to a link."
        )
        raise TextRefused(words % {"count": f"{len(text):,}", "most": f"{MAX_CHARACTERS:,}"})
    if is_plainly_harmless(text):
        try:
            return render_unbounded(text, prefix, papers, people, pictures)
        except RecursionError:
            raise TextRefused(gettext(_TOO_DEEP)) from None
    return _child.render(text, prefix, papers, people, pictures)


def is_plainly_harmless(text: str) -> bool:
    """True for a text whose rendering cannot take long: short, with few marks, none in a run."""
    return (
        len(text) <= _HARMLESS_CHARACTERS
        and sum(1 for _ in _MARKS.finditer(text)) <= _HARMLESS_MARKS
        and not _RUN.search(text)
        and max(map(len, text.split("\n"))) <= _HARMLESS_LINE
    )


_TOO_DEEP = gettext_noop(
    "The text is nested too deep. Take out some levels of quotes, lists or brackets."
)
_TOO_SLOW = gettext_noop(
    "The text takes too long to typeset. Look for very long runs of brackets, stars or quotes, "
    "or split it."
)
_BUSY = gettext_noop("Many long texts are being typeset just now. Try again in a few seconds.")


class Child:
    """A process that renders one text after another and can be killed at any moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen | None = None
        self._owner = 0

    def render(
        self,
        text: str,
        prefix: str,
        papers: Mapping[str, CitedPaper],
        people: Mapping[str, MentionedPerson],
        pictures: Mapping[str, ShownPicture] | None = None,
    ) -> Rendered:
        if not self._lock.acquire(timeout=5 * MAX_SECONDS):
            raise TextRefused(gettext(_BUSY))
        try:
            self._start()
            _write(self._process.stdin, (text, prefix, dict(papers), dict(people), pictures))
            kind, answer = self._read(MAX_SECONDS)
        except (TimeoutError, EOFError, OSError):
            self.stop()
            raise TextRefused(gettext(_TOO_SLOW)) from None
        finally:
            self._lock.release()
        if kind == "refused":
            raise TextRefused(gettext(answer))
        return answer

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()

    def _start(self) -> None:
        # After a fork the pipes belong to the parent process; two readers would mix them up.
        if self._process and self._owner == os.getpid() and self._process.poll() is None:
            return
        self.stop()
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "summaries.rendering.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_PROJECT,
        )
        self._read(START_SECONDS)

    def _read(self, seconds: float):
        deadline = time.monotonic() + seconds
        stream = self._process.stdout
        (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size, deadline))
        return pickle.loads(_read_exactly(stream, length, deadline))  # noqa: S301  Our own child.


def _write(stream, message: object) -> None:
    data = pickle.dumps(message)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def _read_exactly(stream, size: int, deadline: float) -> bytes:
    """`size` bytes of a pipe; raises TimeoutError or EOFError."""
    data = b""
    # Not select(): it knows no file number above 1023, and a busy server has many open.
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while len(data) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TimeoutError
            part = os.read(stream.fileno(), size - len(data))
            if not part:
                raise EOFError
            data += part
    return data


def serve() -> None:
    """The child's side: read a text, write the answer, until the parent closes the pipe."""
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    _write(outgoing, ("ready", None))
    while head := incoming.read(_LENGTH.size):
        asked = pickle.loads(incoming.read(_LENGTH.unpack(head)[0]))  # noqa: S301
        try:
            answer = ("ok", render_unbounded(*asked))
        except RecursionError:
            answer = ("refused", _TOO_DEEP)
        _write(outgoing, answer)


_child = Child()
atexit.register(_child.stop)

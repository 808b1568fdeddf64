"""Limits around the renderer: at most 100,000 characters and 2 seconds of the processor.

The parser is linear, but a long text still takes a second, and a thread cannot be stopped from
outside. So only a text that is plainly harmless is rendered here; any other goes to a child process,
which ends when the time is used up and is replaced for the next one. What counts is the work that a
text makes, not the time that passes: on a busy machine an honest text waits, but is not refused.
"""

import atexit
import contextlib
import os
import pickle
import queue
import re
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext

from summaries.rendering.parser import MAX_CHARACTERS
from summaries.rendering.renderer import render_unbounded
from summaries.rendering.results import (
    CitedPaper,
    MentionedPerson,
    Rendered,
    ShownPicture,
    TooManyPartsError,
    gettext_noop,
)

# Of the processor, for one text.
MAX_CPU_SECONDS = 2.0
# By the clock: for a text, for a free process, for the start of one. They are reached only when
# something is wrong with the machine.
MAX_SECONDS = 60.0
WAIT_SECONDS = 60.0
START_SECONDS = 60.0
ENDING_SECONDS = 5.0
MOST_CHILDREN = 3
_PROJECT = Path(__file__).resolve().parent.parent.parent
_LENGTH = struct.Struct(">I")

# A text within these takes a few tenths of a second at most; summaries that people write are, and
# take milliseconds. What defines commands may keep a typesetter busy.
_HARMLESS_CHARACTERS = 20_000
_DEFINES = re.compile(r"\\(?:[gx]?def|let|futurelet|(?:re)?newcommand|providecommand)(?![A-Za-z])")


class TextRefusedError(ValueError):
    """The text cannot be rendered; the message tells the writer why and what to do."""


class RendererBusyError(TextRefusedError):
    """It is not the fault of the text: rendering it later may do."""


def run(
    text: str,
    prefix: str,
    papers: Mapping[str, CitedPaper],
    people: Mapping[str, MentionedPerson],
    pictures: Mapping[str, ShownPicture] | None,
) -> Rendered:
    """`render_unbounded` within the limits; raises TextRefusedError."""
    if len(text) > MAX_CHARACTERS:
        message = gettext(
            "The text has %(count)s characters; the limit is %(most)s. Shorten it, or link "
            "to part of it."
        )
        raise TextRefusedError(message % {"count": f"{len(text):,}", "most": f"{MAX_CHARACTERS:,}"})
    if is_plainly_harmless(text):
        try:
            return render_unbounded(text, prefix, papers, people, pictures)
        except RecursionError:
            raise TextRefusedError(gettext(_TOO_DEEP)) from None
        except TooManyPartsError:
            raise TextRefusedError(gettext(_TOO_MANY)) from None
    return _pool.render(text, prefix, papers, people, pictures)


def is_plainly_harmless(text: str) -> bool:
    """True for a text whose rendering cannot take long."""
    return len(text) <= _HARMLESS_CHARACTERS and not _DEFINES.search(text)


_TOO_DEEP = gettext_noop(
    "The text is nested too deeply. Remove some levels of quotes, lists or brackets."
)
_TOO_SLOW = gettext_noop(
    "The text takes too long to render. Shorten long runs of brackets, asterisks "
    "or quotation marks, or split the text."
)
_TOO_MANY = gettext_noop(
    "The text has too many lines, headings, list items, table cells or similar parts. Split it "
    "into several texts, or link to part of it."
)
_BUSY = gettext_noop("The server is busy rendering other texts. Try again in a few seconds.")


class Pool:
    """A few processes, so that texts which take long keep nobody else from theirs."""

    def __init__(self, size: int) -> None:
        self._children = [Child() for _ in range(size)]
        # The one that was used last first: the others are started only when it is busy.
        self._free: queue.LifoQueue[Child] = queue.LifoQueue()
        for child in self._children:
            self._free.put(child)

    def render(self, *arguments: object) -> Rendered:
        """`render_unbounded` of what is asked, in another process; raises TextRefusedError."""
        try:
            child = self._free.get(timeout=WAIT_SECONDS)
        except queue.Empty:
            raise RendererBusyError(gettext(_BUSY)) from None
        try:
            kind, answer = child.ask((MAX_CPU_SECONDS, *arguments))
        finally:
            self._free.put(child)
        if kind == "busy":
            raise RendererBusyError(gettext(answer))
        if kind == "refused":
            raise TextRefusedError(gettext(answer))
        rendered: Rendered = answer
        return rendered

    def stop(self) -> None:
        for child in self._children:
            child.stop()


class Child:
    """A process that renders one text after another and can be killed at any moment.

    For one thread at a time.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, arguments: tuple[object, ...]) -> tuple[str, Any]:
        """The answer of `serve`: "ok" and what was rendered, or "refused" or "busy" and why."""
        try:
            self._start()
            assert self._process and self._process.stdin
            _write(self._process.stdin, arguments)
            answer: tuple[str, Any] = self._read(MAX_SECONDS)
            return answer
        except TimeoutError:
            self.stop()
            return "busy", _BUSY
        except (EOFError, OSError):
            return ("refused", _TOO_SLOW) if self._gave_up() else ("busy", _BUSY)
        except BaseException:
            # What is in the pipe answers this text: it must never be read as that of the next.
            self.stop()
            raise

    def stop(self, *, is_ending: bool = False) -> int | None:
        """End the process; returns how it ended, as `subprocess` tells it.

        One that `is_ending`, for it has closed its pipe, is given the time to do so by itself.
        """
        process, self._process = self._process, None
        if process is None:
            return None
        if is_ending:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDING_SECONDS)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe
            pipe.close()
        return process.returncode

    def _gave_up(self) -> bool:
        """False when it was not the text that ended the process, but something outside."""
        status = self.stop(is_ending=True)
        return status == -signal.SIGPROF or (status is not None and status > 0)

    def _start(self) -> None:
        if self._process and self._process.poll() is None:
            return
        self.stop()
        # Without buffers: after a fork nothing of one process can be written by another.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "summaries.rendering.sandbox_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=_PROJECT,
        )
        self._read(START_SECONDS)

    def _read(self, seconds: float) -> Any:
        deadline = time.monotonic() + seconds
        assert self._process and self._process.stdout
        stream = self._process.stdout
        (length,) = _LENGTH.unpack(_read_exactly(stream, _LENGTH.size, deadline))
        return pickle.loads(_read_exactly(stream, length, deadline))  # noqa: S301  Our own child.


def _write(stream: IO[bytes], message: object) -> None:
    data = pickle.dumps(message)
    left = memoryview(_LENGTH.pack(len(data)) + data)
    while left:
        left = left[stream.write(left) :]
    stream.flush()


def _read_exactly(stream: IO[bytes], size: int, deadline: float) -> bytes:
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
    """The child's side: read a text, write the answer, until the parent closes the pipe.

    The kernel counts the time of the processor and ends this process when a text has used it up.
    No Python is needed for that, which could not run within one long match of a pattern.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGPROF])
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    _write(outgoing, ("ready", None))
    while head := incoming.read(_LENGTH.size):
        cpu_seconds, *arguments = pickle.loads(incoming.read(_LENGTH.unpack(head)[0]))  # noqa: S301
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        answer: tuple[str, Any]
        try:
            answer = ("ok", render_unbounded(*arguments))
        except RecursionError:
            answer = ("refused", _TOO_DEEP)
        except TooManyPartsError:
            answer = ("refused", _TOO_MANY)
        signal.setitimer(signal.ITIMER_PROF, 0)
        _write(outgoing, answer)


_pool = Pool(MOST_CHILDREN)


def _renew_pool() -> None:
    """After a fork: the processes belong to the parent, and two readers would mix up answers."""
    global _pool
    _pool = Pool(MOST_CHILDREN)


os.register_at_fork(after_in_child=_renew_pool)
atexit.register(lambda: _pool.stop())

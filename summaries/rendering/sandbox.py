"""Limit the renderer to texts of 100,000 characters and 2 seconds of CPU time.

The parser is linear, but a long text still takes a second, and a thread can't be stopped from
outside. So only texts that are certainly cheap are rendered in this process. All others go to a child
process, which the kernel kills when the time is used up; a new one is started for the next text.
The limit is CPU time, not elapsed time: on a busy machine a normal text waits, but isn't refused.
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

# CPU time for one text.
MAX_CPU_SECONDS = 2.0
# Elapsed time until a child is free: a person who waits longer is asked to try again, and keeps the text.
WAIT_SECONDS = 3.0
# Elapsed time for rendering a text and for starting a child. They are only reached when something
# is wrong with the machine.
MAX_SECONDS = 60.0
START_SECONDS = 60.0
ENDING_SECONDS = 5.0
MOST_CHILDREN = 3
_PROJECT = Path(__file__).resolve().parent.parent.parent
_LENGTH = struct.Struct(">I")

# A shorter text without macro definitions takes a few tenths of a second at most. Typical summaries
# take milliseconds. Macros can keep a typesetter busy for much longer.
_HARMLESS_CHARACTERS = 20_000
_DEFINES = re.compile(r"\\(?:[gx]?def|let|futurelet|(?:re)?newcommand|providecommand)(?![A-Za-z])")


class TextRefusedError(ValueError):
    """The text can't be rendered; the translated message says why and what to do."""


class RendererBusyError(TextRefusedError):
    """The renderer is busy: the same text can be rendered later."""


def run(
    text: str,
    prefix: str,
    papers: Mapping[str, CitedPaper],
    people: Mapping[str, MentionedPerson],
    pictures: Mapping[str, ShownPicture] | None,
) -> Rendered:
    """Call `render_unbounded` within the limits; raise TextRefusedError if the text exceeds them."""
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
    """Return whether rendering a text certainly takes little time."""
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
    """A few child processes, so that one slow text doesn't block the others."""

    def __init__(self, size: int) -> None:
        self._children = [Child() for _ in range(size)]
        # Last in, first out: another child is only started when the running ones are busy.
        self._free: queue.LifoQueue[Child] = queue.LifoQueue()
        for child in self._children:
            self._free.put(child)

    def render(self, *arguments: object) -> Rendered:
        """Call `render_unbounded` in a child process; raise TextRefusedError if the text is refused."""
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
        """Kill all child processes; they are started again when they are needed."""
        for child in self._children:
            child.stop()


class Child:
    """A process that renders one text after another and can be killed at any time.

    Only one thread may use it at a time.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, arguments: tuple[object, ...]) -> tuple[str, Any]:
        """Return the answer of `serve`: ("ok", Rendered), ("refused", message) or ("busy", message).

        `arguments` are the CPU time in seconds and the arguments of `render_unbounded`.
        """
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
            # The pipe may still get the answer for this text. It must not be read as that of the next.
            self.stop()
            raise

    def stop(self, *, is_ending: bool = False) -> int | None:
        """Kill the process; return its exit status as `subprocess` reports it, or None.

        If it `is_ending`, because it closed its pipe, first give it some time to exit.
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
        """Return whether the text ended the process, rather than something outside."""
        status = self.stop(is_ending=True)
        return status == -signal.SIGPROF or (status is not None and status > 0)

    def _start(self) -> None:
        if self._process and self._process.poll() is None:
            return
        self.stop()
        # Unbuffered, so that after a fork no process can write data of another.
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
        return pickle.loads(_read_exactly(stream, length, deadline))  # noqa: S301  Our child wrote it.


def _write(stream: IO[bytes], message: object) -> None:
    data = pickle.dumps(message)
    left = memoryview(_LENGTH.pack(len(data)) + data)
    while left:
        left = left[stream.write(left) :]
    stream.flush()


def _read_exactly(stream: IO[bytes], size: int, deadline: float) -> bytes:
    """Read `size` bytes from a pipe; raise TimeoutError or EOFError."""
    data = b""
    # Not select(), which fails for file descriptors above 1023. A busy server has many open.
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
    """Read texts and write answers, in the child, until the parent closes the pipe.

    The kernel measures the CPU time and kills this process when a text has used it up. A signal
    handler in Python would not do: it can't run during one long match of a regular expression.
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
    """Create a new pool after a fork: two processes reading the same pipes would mix up answers."""
    global _pool
    _pool = Pool(MOST_CHILDREN)


os.register_at_fork(after_in_child=_renew_pool)
atexit.register(lambda: _pool.stop())

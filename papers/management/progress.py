"""The progress of a long command: one line that is updated, or occasional lines in a log."""

import shutil
import time

from django.core.management.base import OutputWrapper

PAUSE_SECONDS = 5.0
TERMINAL_PAUSE_SECONDS = 0.2
BAR_WIDTH = 20


class Progress:
    """Progress on `stream`, a command's stderr; `total` has the unit of `position`.

    `done` counts records. The rate and the remaining time start from the initial `done` and
    `position`, so that the work of an earlier process does not count.
    """

    def __init__(
        self,
        stream: OutputWrapper,
        *,
        total: int | None = None,
        done: int = 0,
        position: int = 0,
        is_quiet: bool = False,
    ):
        self.stream, self.total, self.is_quiet = stream, total, is_quiet
        self.began = (time.monotonic(), done, position)
        self.is_terminal = stream.isatty()
        self.pause_seconds = TERMINAL_PAUSE_SECONDS if self.is_terminal else PAUSE_SECONDS
        self.shown_at = -self.pause_seconds
        self.width = 0

    def show(self, text: str, *, done: int = 0, position: int = 0) -> None:
        """Print the progress, unless it was printed less than `pause_seconds` ago."""
        now = time.monotonic()
        if self.is_quiet or now - self.shown_at < self.pause_seconds:
            return
        self.shown_at = now
        line = "".join([self._bar(position), text, self._speed(now, done, position)])
        if self.is_terminal:
            line = line[: shutil.get_terminal_size().columns - 1]
            # Spaces overwrite the rest of a longer line.
            self._write(f"\r{line}".ljust(self.width + 1))
            self.width = len(line)
        else:
            self._write(f"{line}\n")

    def clear(self) -> None:
        """Clear the line on a terminal before other output."""
        if self.width:
            self._write("\r" + " " * self.width + "\r")
            self.width = 0

    def _write(self, text: str) -> None:
        # Unstyled, because a command's stderr is red on a terminal.
        self.stream.write(text, style_func=str, ending="")
        self.stream.flush()

    def _bar(self, position: int) -> str:
        if not self.total:
            return ""
        share = min(position / self.total, 1.0)
        bar = "#" * int(share * BAR_WIDTH)
        return f"[{bar:.<{BAR_WIDTH}}] {share:4.0%}  "

    def _speed(self, now: float, done: int, position: int) -> str:
        began, done_then, position_then = self.began
        seconds = now - began
        if seconds < 1:
            return " …"
        text = f", {(done - done_then) / seconds:,.0f} a second"
        if self.total and position > position_then:
            left = (self.total - position) * seconds / (position - position_then)
            text += f", {_duration(left)} left"
        return text


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

"""The base of import commands: a lock, progress, stopping with Ctrl-C, and final counts."""

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError

from papers.importing.bulk import (
    Batch,
    Broken,
    ImportHeldError,
    ImportRunningError,
    hold,
    import_stream,
    reset_progress,
)
from papers.management.progress import Progress
from papers.models import ImportRun
from papers.sources import SourceError

MAX_BROKEN_REPORTED = 20
# In the order of the output.
OUTCOMES = {
    "added": "added",
    "completed": "completed",
    "known": "already known",
    "withdrawn": "withdrawn",
    "left_out": "left out",
    "broken": "broken",
}
ALWAYS_REPORTED = ("added", "completed", "known", "broken")


class LongCommand(BaseCommand):
    """A command that continues or starts one or more `ImportRun`s."""

    def add_arguments(self, parser):
        parser.add_argument("--quiet", action="store_true", help="no progress")
        parser.add_argument(
            "--restart", action="store_true", help="start over instead of continuing"
        )

    @contextmanager
    def held(self, subject: str) -> Iterator[ImportRun]:
        """Hold the run of a subject; errors become a CommandError that says how to continue."""
        command = type(self).__module__.rpartition(".")[2]
        run = None
        try:
            with _terminated_like_interrupted(), hold(command=command, subject=subject) as run:
                yield run
        except (ImportRunningError, ImportHeldError) as error:
            raise CommandError(str(error)) from error
        except SourceError as error:
            raise CommandError(f"{error} {_progress(run)}") from error
        except KeyboardInterrupt:
            self.stderr.write("")
            raise CommandError(f"Stopped. {_progress(run)}", returncode=130) from None

    def begin(self, run: ImportRun, *, mark: str = "", restart: bool) -> None:
        """Report where a run continues, or start it over.

        It starts over with `restart`, or when `mark`, a fingerprint of the input, has changed.
        """
        before = run.state.get("mark", "")
        if restart or before != mark:
            if before and before != mark:
                self.stderr.write("The file has changed since the last run. Starting over.")
            reset_progress(run, mark=mark)
        elif _records(run):
            self.stderr.write(f"Continuing after {_records(run):,} records.")

    def follow(
        self, run: ImportRun, batches: Iterable[Batch], *, total: int | None = None, quiet: bool
    ) -> None:
        """Import all batches with progress, and print the counts; `total` is in bytes."""
        progress = Progress(
            self.stderr, total=total, done=_records(run), position=_bytes(run), is_quiet=quiet
        )
        broken_count = 0
        for broken in import_stream(batches, run):
            broken_count = self._report_broken(broken, broken_count, progress)
            progress.show(counts_text(run), done=_records(run), position=_bytes(run))
        progress.clear()
        if broken_count > MAX_BROKEN_REPORTED:
            self.stderr.write(f"… and {broken_count - MAX_BROKEN_REPORTED:,} more broken records.")
        self.stdout.write(f"{counts_text(run)}.")

    def _report_broken(self, broken: Iterable[Broken], count: int, progress: Progress) -> int:
        for item in broken:
            if count < MAX_BROKEN_REPORTED:
                progress.clear()
                self.stderr.write(f"{item.location}: {item.reason}")
            count += 1
        return count


def counts_text(run: ImportRun) -> str:
    """Return the counts as text.

    "1,200 records: 1,000 added, 0 completed, 195 already known, 5 broken"
    """
    parts = [
        f"{run.counts.get(outcome, 0):,} {label}"
        for outcome, label in OUTCOMES.items()
        if run.counts.get(outcome) or outcome in ALWAYS_REPORTED
    ]
    return f"{_records(run):,} records: {', '.join(parts)}"


def _records(run: ImportRun) -> int:
    return sum(run.counts.get(outcome, 0) for outcome in OUTCOMES)


def _bytes(run: ImportRun) -> int:
    return run.state.get("bytes_read", 0)


def _progress(run: ImportRun | None) -> str:
    done = _records(run) if run else 0
    return f"{done:,} records are done. Run the same command again to continue."


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Handle SIGTERM (`docker stop`, `kill`) like Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(signum, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

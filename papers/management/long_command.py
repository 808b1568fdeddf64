"""What the long imports share: one at a time, progress, stopping with Ctrl-C, counts at the end."""

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
    begin_anew,
    hold,
    import_stream,
)
from papers.management.progress import Progress
from papers.models import ImportRun
from papers.sources import SourceError

BROKEN_TOLD = 20
# In the order in which people want to hear them.
OUTCOMES = {
    "added": "added",
    "completed": "completed",
    "known": "already known",
    "withdrawn": "withdrawn",
    "left_out": "left out",
    "broken": "broken",
}
ALWAYS_TOLD = ("added", "completed", "known", "broken")


class LongCommand(BaseCommand):
    """A command over one or more `ImportRun`s."""

    def add_arguments(self, parser):
        parser.add_argument("--quiet", action="store_true", help="no progress")
        parser.add_argument(
            "--restart", action="store_true", help="begin anew instead of going on where it stopped"
        )

    @contextmanager
    def held(self, subject: str) -> Iterator[ImportRun]:
        """The run on a subject; whatever ends it early becomes a word on how to go on."""
        command = type(self).__module__.rpartition(".")[2]
        run = None
        try:
            with _terminated_like_interrupted(), hold(command=command, subject=subject) as run:
                yield run
        except (ImportRunningError, ImportHeldError) as error:
            raise CommandError(str(error)) from error
        except SourceError as error:
            raise CommandError(f"{error} {_come_so_far(run)}") from error
        except KeyboardInterrupt:
            self.stderr.write("")
            raise CommandError(f"Stopped. {_come_so_far(run)}", returncode=130) from None

    def begin(self, run: ImportRun, *, mark: str = "", restart: bool) -> None:
        """Tell where a run goes on, or begin it anew: when asked to, or when what is read is not
        what it was, which `mark` tells.
        """
        before = run.state.get("mark", "")
        if restart or before != mark:
            if before and before != mark:
                self.stderr.write("The file has changed since the last run: beginning anew.")
            begin_anew(run, mark=mark)
        elif _records(run):
            self.stderr.write(f"Going on after {_records(run):,} records.")

    def follow(
        self, run: ImportRun, batches: Iterable[Batch], *, total: int | None = None, quiet: bool
    ) -> None:
        """Import to the end with progress, and tell the counts; `total` is in bytes."""
        progress = Progress(
            self.stderr, total=total, done=_records(run), position=_bytes(run), is_quiet=quiet
        )
        told = 0
        for broken in import_stream(batches, run):
            told = self._tell_broken(broken, told, progress)
            progress.show(counts_text(run), done=_records(run), position=_bytes(run))
        progress.clear()
        if told > BROKEN_TOLD:
            self.stderr.write(f"… and {told - BROKEN_TOLD:,} more broken ones.")
        self.stdout.write(f"{counts_text(run)}.")

    def _tell_broken(self, broken: Iterable[Broken], told: int, progress: Progress) -> int:
        for item in broken:
            if told < BROKEN_TOLD:
                progress.clear()
                self.stderr.write(f"{item.location}: {item.reason}")
            told += 1
        return told


def counts_text(run: ImportRun) -> str:
    """ "1,200 records: 1,000 added, 0 completed, 195 already known, 5 broken"."""
    parts = [
        f"{run.counts.get(outcome, 0):,} {words}"
        for outcome, words in OUTCOMES.items()
        if run.counts.get(outcome) or outcome in ALWAYS_TOLD
    ]
    return f"{_records(run):,} records: {', '.join(parts)}"


def _records(run: ImportRun) -> int:
    return sum(run.counts.get(outcome, 0) for outcome in OUTCOMES)


def _bytes(run: ImportRun) -> int:
    return run.state.get("bytes_read", 0)


def _come_so_far(run: ImportRun | None) -> str:
    done = _records(run) if run else 0
    return f"{done:,} records are done. Run the same command again to go on from there."


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """`docker stop` and `kill` end a command as cleanly as Ctrl-C."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

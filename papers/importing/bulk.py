"""Run long imports that can be killed at any moment and resume without loss or repetition.

A reader yields batches of records, each with the position at which the next one begins.
`import_stream` writes a batch and that position in one transaction, so that after a kill either
both are stored or neither is.

An unfinished `ImportRun` belongs to one process at a time. The process writes its name into the row
together with the time until which it holds the run, and every batch checks that it still holds it:
a process that was presumed dead and wakes up writes nothing. A name consists of the host, the
process and its start time, so on the same host a killed process is noticed at once; another host
waits for HOLD_SECONDS after the last update.
"""

import dataclasses
import datetime
import logging
import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, OperationalError, connection, reset_queries, transaction
from django.utils import timezone

from papers.importing.pipeline import import_record, import_records
from papers.models import Identifier, ImportRun, Paper
from papers.sources.records import Record

log = logging.getLogger(__name__)

BATCH_SIZE = 200
HOLD_SECONDS = 120
# A locked SQLite file or a deadlock clears up after a moment, so the batch is retried.
PAUSES_SECONDS = (0.5, 2.0, 8.0)


class ImportRunningError(Exception):
    """Another process is running this import; the message says when it was last active."""


class ImportHeldError(Exception):
    """Another process took over the run, because this one was inactive for too long."""


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """A record that could not be imported: its location, such as "line 12", and the reason."""

    location: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some records, and what the run remembers once they are imported.

    `position` and `token` say where the next batch begins, in units that only the reader knows. The
    first `repeated` records may have been imported before and are not counted again. `counts` is
    added to the counts of the run, `state` replaces keys of its state, and `withdrawn` holds arXiv
    identifiers that the catalogue deleted.
    """

    records: Sequence[Record]
    position: int
    token: str = ""
    state: Mapping[str, object] = dataclasses.field(default_factory=dict)
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    broken: Sequence[Broken] = ()
    withdrawn: Sequence[str] = ()
    repeated: int = 0


@contextmanager
def hold(*, command: str, subject: str) -> Iterator[ImportRun]:
    """Yield the unfinished run on a subject, or a new one, and keep other processes from using it.

    The run is released when the block ends. Raises ImportRunningError when another process holds
    it.
    """
    holder = _new_holder()
    subject = subject[:300]
    with transaction.atomic():
        ImportRun.objects.bulk_create(
            [ImportRun(command=command, subject=subject)], ignore_conflicts=True
        )
        run = ImportRun.objects.select_for_update().get(
            command=command, subject=subject, finished_at=None
        )
        if _is_held(run):
            assert run.held_until
            raise ImportRunningError(
                f"This import is already running; it was last active "
                f"{_seconds_ago(run.updated_at)} seconds ago. If it was killed on another "
                f"machine, try again in {_seconds_until(run.held_until)} seconds."
            )
        run.held_by, run.held_until = holder, _hold_until()
        run.save(update_fields=["held_by", "held_until"])
    try:
        yield run
    finally:
        ImportRun.objects.filter(pk=run.pk, held_by=holder).update(held_by="", held_until=None)


def reset_progress(run: ImportRun, **state: object) -> None:
    """Reset the progress of a run, so that it starts again; imported records stay."""
    run.position, run.token, run.counts, run.state = 0, "", {}, state
    run.started_at = timezone.now()
    run.save(update_fields=["position", "token", "counts", "state", "started_at"])


def stay_alive(run: ImportRun, *, seconds: float = 0) -> None:
    """Extend the hold on a run by `seconds` during which it will write nothing."""
    run.held_until = _hold_until(seconds)
    ImportRun.objects.filter(pk=run.pk, held_by=run.held_by).update(held_until=run.held_until)


def import_stream(batches: Iterable[Batch], run: ImportRun) -> Iterator[Sequence[Broken]]:
    """Import batch after batch, yield the broken records of each, and finish the run.

    `run.counts` and `run.position` reflect the batches that are stored. Raises ImportHeldError when
    another process took over the run.
    """
    for batch in batches:
        yield _import_batch(batch, run)
    ImportRun.objects.filter(pk=run.pk, held_by=run.held_by).update(
        finished_at=timezone.now(), held_by="", held_until=None
    )
    run.refresh_from_db()


def _import_batch(batch: Batch, run: ImportRun) -> Sequence[Broken]:
    for pause in (*PAUSES_SECONDS, None):
        try:
            return _import_batch_once(batch, run)
        except OperationalError as error:
            if pause is None or not connection.is_usable():
                raise
            log.info("Retrying a batch: %s", error)
            time.sleep(pause)
    raise AssertionError("The last pause is None.")


def _import_batch_once(batch: Batch, run: ImportRun) -> Sequence[Broken]:
    with transaction.atomic():
        stored = ImportRun.objects.select_for_update().get(pk=run.pk)
        if stored.held_by != run.held_by or stored.finished_at:
            raise ImportHeldError(f"Another process has taken over {run.subject}.")
        outcomes, broken = _import_records(batch.records)
        withdrawn = withdraw(batch.withdrawn)
        broken = [*batch.broken, *broken]
        counts = Counter(stored.counts)
        counts.update(filter(None, outcomes[batch.repeated :]))
        counts.update(batch.counts)
        counts.update({"broken": len(broken), "withdrawn": withdrawn})
        stored.position, stored.token = batch.position, batch.token
        stored.counts = {outcome: count for outcome, count in counts.items() if count}
        stored.state = {**stored.state, **batch.state}
        stored.held_until = _hold_until()
        stored.save()
    # After the transaction, so that `run` never shows a batch that was rolled back.
    for field in ("position", "token", "counts", "state", "held_until", "updated_at"):
        setattr(run, field, getattr(stored, field))
    reset_queries()  # With DEBUG, Django would keep thousands of queries.
    return broken


def _import_records(records: Sequence[Record]) -> tuple[list[str], list[Broken]]:
    """Return the outcomes in order, "" for a broken record, and the broken records.

    A batch that fails as a whole is imported record by record, so that one bad record does not
    block the others.
    """
    if all(record.title.strip() for record in records):
        try:
            with transaction.atomic():
                return [imported.outcome for imported in import_records(records)], []
        except OperationalError:
            raise
        except (DatabaseError, ValueError) as error:
            log.info("Importing a batch record by record: %s", error)
    outcomes, broken = [], []
    for record in records:
        try:
            outcomes.append(import_record(record).outcome)
        except OperationalError:
            raise
        except (DatabaseError, ValueError) as error:
            outcomes.append("")
            broken.append(Broken(_label(record), " ".join(str(error).split())[:200]))
    return outcomes, broken


def _label(record: Record) -> str:
    """Return how messages refer to a record: its first identifier, or else its title."""
    names = [f"{name.scheme} {name.value}" for name in record.identifiers]
    return (names or [record.title])[0][:100]


def withdraw(arxiv_ids: Sequence[str]) -> int:
    """Mark papers that arXiv deleted as withdrawn, and return how many were not marked before.

    Their pages and summaries stay. Papers whose withdrawal was corrected by a moderator are
    skipped.
    """
    if not arxiv_ids:
        return 0
    paper_ids = Identifier.objects.filter(
        scheme=Identifier.Scheme.ARXIV, value__in=arxiv_ids
    ).values_list("paper_id", flat=True)
    papers = [
        paper
        for paper in Paper.objects.filter(pk__in=list(paper_ids), is_withdrawn=False)
        if "is_withdrawn" not in paper.corrected_fields
    ]
    return Paper.objects.filter(pk__in=[paper.pk for paper in papers]).update(
        is_withdrawn=True, updated_at=timezone.now()
    )


# -- Holding a run ----------------------------------------------------------------------------


def _new_holder() -> str:
    """Return a unique name for a hold, such as "host 4711 886655 f3a9…".

    It consists of the host, the process, its start time, and a random token for this hold.
    """
    pid = os.getpid()
    return f"{_host()} {pid} {_start_time(pid)} {secrets.token_hex(8)}"


def _host() -> str:
    return socket.gethostname().replace(" ", "-")[:100]


def _is_held(run: ImportRun) -> bool:
    if not run.held_by or not run.held_until or run.held_until < timezone.now():
        return False
    host, pid, born, _ = run.held_by.split(" ")
    return host != _host() or _start_time(int(pid)) == born


def _start_time(pid: int) -> str:
    """Return the start time of a process in clock ticks since boot, as text.

    "?" means that the system does not report it, "" that the process is dead.

    proc_pid_stat(5): the name in parentheses is followed by the state and, as field 22, the start.
    """
    stat = Path(f"/proc/{pid}/stat")
    if stat.parent.parent.joinpath("self").exists():
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] in "ZX" else fields[19]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "?"


def _hold_until(seconds: float = 0) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(seconds=HOLD_SECONDS + seconds)


def _seconds_ago(at: datetime.datetime) -> int:
    return max(0, round((timezone.now() - at).total_seconds()))


def _seconds_until(at: datetime.datetime) -> int:
    return max(1, round((at - timezone.now()).total_seconds()))

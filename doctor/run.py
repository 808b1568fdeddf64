"""Run the checks, with the progress in a row, so that a killed run continues where it was."""

import datetime
import secrets
import time
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils import timezone

from doctor.invariants import Batch, Invariant, Key, Verdict, registered
from doctor.models import DoctorRun

# What was found before is too old to be part of a result.
CONTINUED_FOR = datetime.timedelta(days=1)
KEPT_FOR = datetime.timedelta(days=90)
MOST_EXAMPLES = 20

Report = Callable[[Invariant, DoctorRun, Verdict], None]


class UnknownCheckError(LookupError):
    """There is no check with that name."""


class TakenOverError(Exception):
    """Another process continues the run."""


def begin(*, only: Sequence[str] = (), is_repairing: bool = False) -> DoctorRun:
    """Continue the interrupted run with the same options, or start one.

    A process that is still busy with the run stops at its next batch: nobody waits for the claim
    of a killed one. Raises UnknownCheckError.
    """
    names = sorted(set(only))
    if unknown := set(names) - registered().keys():
        raise UnknownCheckError(", ".join(sorted(unknown)))
    now = timezone.now()
    with transaction.atomic():
        DoctorRun.objects.filter(started_at__lt=now - KEPT_FOR).delete()
        interrupted = DoctorRun.objects.filter(
            finished_at=None,
            only=names,
            is_repairing=is_repairing,
            started_at__gte=now - CONTINUED_FOR,
        )
        run = interrupted.select_for_update().order_by("-pk").first()
        run = run or DoctorRun(only=names, is_repairing=is_repairing)
        run.claim = secrets.token_hex(16)
        run.save()
    return run


def proceed(run: DoctorRun, *, seconds: float | None = None, report: Report | None = None) -> bool:
    """Run the remaining checks; return False when `seconds` did not suffice.

    `report` is called after every batch. Raises TakenOverError.
    """
    deadline = time.monotonic() + seconds if seconds is not None else None
    for check in _remaining(run):
        after: Key | None = run.position if check.name == run.check_name else None
        if check.name != run.check_name or run.position is None:
            # Also when it was interrupted and cannot continue in the middle.
            run.results[check.name] = {"examined": 0, "damaged": 0, "repaired": 0, "examples": []}
        run.check_name, run.position = check.name, after
        _save(run)
        for batch in check.find(after):
            verdict = check.settle(batch.suspects, repairs=run.is_repairing)
            _add(run, check, batch, verdict)
            _save(run)
            if report:
                report(check, run, verdict)
            if deadline is not None and time.monotonic() > deadline:
                return False
    run.finished_at = timezone.now()
    _save(run)
    return True


def _remaining(run: DoctorRun) -> list[Invariant]:
    checks = [check for name, check in registered().items() if not run.only or name in run.only]
    names = [check.name for check in checks]
    return checks[names.index(run.check_name) :] if run.check_name in names else checks


def _add(run: DoctorRun, check: Invariant, batch: Batch, verdict: Verdict) -> None:
    result = run.results[check.name]
    result["examined"] += batch.size
    result["damaged"] += len(verdict.damaged)
    result["repaired"] += len(verdict.repaired)
    room = MOST_EXAMPLES - len(result["examples"])
    result["examples"] += [f"{item.key}: {item.what}"[:300] for item in verdict.damaged[:room]]
    run.position = batch.last


def _save(run: DoctorRun) -> None:
    """Store the progress, unless another process has taken the run over."""
    changes = {
        name: getattr(run, name) for name in ("check_name", "position", "results", "finished_at")
    }
    own = DoctorRun.objects.filter(pk=run.pk, claim=run.claim)
    if not own.update(updated_at=timezone.now(), **changes):
        raise TakenOverError("Another process continues this run.")

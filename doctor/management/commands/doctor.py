"""Check all invariants of the stored data, and repair what can be recomputed."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctor.invariants import Invariant, Verdict, registered
from doctor.models import DoctorRun
from doctor.run import TakenOverError, UnknownCheckError, begin, proceed

PROGRESS_SECONDS = 5.0
MOST_SHOWN = 20


class Command(BaseCommand):
    """Exit with 0 when nothing is damaged, or all was repaired before; with 1 otherwise."""

    help = (
        "Check every invariant of the stored data: counts, orders, files, search rows and more. "
        "Exits with 1 when damage was found. An interrupted run continues."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="repair what can be recomputed")
        parser.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="run this check only"
        )
        parser.add_argument("--list", action="store_true", help="list the checks, run none")
        parser.add_argument("--quiet", action="store_true", help="no progress")

    def handle(self, *args: object, **options: Any) -> None:
        if options["list"]:
            for check in registered().values():
                self.stdout.write(f"{check.name}: {check.sentence}")
            return
        self.shown, self.shown_at = 0, time.monotonic()
        self.is_quiet = options["quiet"]
        try:
            run = begin(only=options["only"], is_repairing=options["repair"])
            if run.check_name:
                self.stderr.write(f"Continuing with {run.check_name}.")
            proceed(run, report=self.report)
        except UnknownCheckError as error:
            raise CommandError(f"There is no check {error}. See --list.") from error
        except TakenOverError as error:
            raise CommandError(str(error), returncode=2) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. Run the same command again to continue.", returncode=130
            ) from None
        self.conclude(run)

    def report(self, check: Invariant, run: DoctorRun, verdict: Verdict) -> None:
        """Print damage at once, and the progress every few seconds."""
        for damage in verdict.damaged:
            self.shown += 1
            if self.shown <= MOST_SHOWN:
                ending = " (repaired)" if damage.key in verdict.repaired else ""
                self.stderr.write(f"{check.name} {damage.key}: {damage.what}{ending}")
        if not self.is_quiet and time.monotonic() - self.shown_at > PROGRESS_SECONDS:
            self.shown_at = time.monotonic()
            result = run.results[check.name]
            self.stderr.write(
                f"{check.name}: {result['examined']:,} checked, {result['damaged']:,} damaged …"
            )

    def conclude(self, run: DoctorRun) -> None:
        """Print a line for each check with damage, and the total; set the exit code."""
        if self.shown > MOST_SHOWN:
            self.stderr.write(f"… and {self.shown - MOST_SHOWN:,} more.")
        for name, result in run.results.items():
            if result["damaged"]:
                self.stdout.write(
                    f"{name}: {result['damaged']:,} damaged, {result['repaired']:,} repaired. "
                    f"{registered()[name].sentence}"
                )
        examined = sum(result["examined"] for result in run.results.values())
        self.stdout.write(
            f"{len(run.results)} checks, {examined:,} rows and files: "
            f"{run.damaged:,} damaged, {run.repaired:,} repaired."
        )
        if run.damaged:
            sys.exit(1)

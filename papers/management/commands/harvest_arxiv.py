"""Harvest arXiv over OAI-PMH, for a range of days or the followed fields."""

import datetime

from django.core.management.base import CommandError
from django.utils import timezone

from papers.importing.oai_harvest import (
    followed_sets,
    followed_subject,
    harvest_batches,
    nightly_start,
    waiting,
)
from papers.management.long_command import LongCommand
from papers.sources.arxiv_oai import EARLIEST


class Command(LongCommand):
    """Hold one run per set and range of days."""

    help = (
        "Import papers that were added or changed on arXiv since a date, over OAI-PMH. You can stop "
        "it with Ctrl-C and continue with the same command. On a site without Redis, run it with "
        "--followed every night after 04:00 UTC by cron."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--from", dest="from_on", type=_day, metavar="DATE", help="first day, e.g. 2026-01-31"
        )
        parser.add_argument(
            "--until", dest="until_on", type=_day, metavar="DATE", help="last day; default: now"
        )
        parser.add_argument(
            "--set",
            dest="set_spec",
            default="",
            metavar="SET",
            help="a set such as cs, cs:cs:LG or physics:hep-th; default: all",
        )
        parser.add_argument(
            "--followed",
            action="store_true",
            help="new papers in the fields that the site follows, since the last run",
        )

    def handle(self, *, from_on, until_on, set_spec, followed, quiet, restart, **options):
        if followed:
            if from_on or until_on or set_spec:
                raise CommandError("--followed cannot be used with --from, --until or --set.")
            self._harvest_followed(quiet=quiet, restart=restart)
            return
        if from_on is None:
            raise CommandError("Enter the first day with --from, or use --followed.")
        subject = f"{set_spec or 'all'} from {from_on} until {until_on or 'now'}"
        self._harvest(
            subject,
            from_on=from_on,
            until_on=until_on,
            set_spec=set_spec,
            quiet=quiet,
            restart=restart,
        )

    def _harvest_followed(self, *, quiet: bool, restart: bool) -> None:
        sets = followed_sets()
        if not sets:
            self.stdout.write("The site follows no fields. Choose some in the admin under Fields.")
        for set_spec in sets:
            from_on = nightly_start(set_spec)
            self.stdout.write(f"{set_spec} since {from_on}:")
            self._harvest(
                followed_subject(set_spec),
                from_on=from_on,
                set_spec=set_spec,
                quiet=quiet,
                restart=restart,
            )

    def _harvest(self, subject: str, *, quiet: bool, restart: bool, **question) -> None:
        with self.held(subject) as run:
            self.begin(run, restart=restart)
            wait = waiting(run, self.stderr.write)
            self.follow(run, harvest_batches(run, **question, wait=wait), quiet=quiet)


def _day(text: str) -> datetime.date:
    """Parse a date for argparse, which puts the name of the option before the message."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is not a date. Write it as 2026-01-31.") from error
    if not EARLIEST <= day <= timezone.now().date() + datetime.timedelta(days=1):
        raise CommandError(f"{day} is before {EARLIEST}, arXiv's first day, or in the future.")
    return day

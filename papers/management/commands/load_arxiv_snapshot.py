"""Import arXiv's metadata snapshot, about two million papers."""

from functools import partial
from pathlib import Path

from django.core.management.base import CommandError

from papers.importing.bulk import BATCH_SIZE
from papers.importing.bulk_files import UnreadableFileError, fingerprint, line_batches
from papers.management.long_command import LongCommand
from papers.sources.arxiv_snapshot import record_from_line


class Command(LongCommand):
    """Hold one run per file and set of categories; a changed file starts over."""

    help = (
        "Import arXiv's metadata from the JSON-lines file that arXiv publishes on Kaggle, plain, "
        "gzip or zip. You can stop it with Ctrl-C and continue with the same command."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file")
        parser.add_argument(
            "--category",
            action="append",
            default=[],
            metavar="NAME",
            help="only papers of this archive or category, such as cs or stat.ML; repeat for more",
        )
        parser.add_argument("--batch-size", type=int, default=BATCH_SIZE, help="(%(default)s)")

    def handle(self, *, file, category, batch_size, quiet, restart, **options):
        path = Path(file).resolve()
        try:
            mark = fingerprint(path)
            with self.held(" ".join([str(path), *sorted(set(category))])) as run:
                self.begin(run, mark=mark, restart=restart)
                batches = line_batches(
                    path,
                    partial(_selected_record, categories=frozenset(category)),
                    position=run.position,
                    lines=run.counts.get("lines", 0),
                    size=batch_size,
                )
                self.follow(run, batches, total=path.stat().st_size, quiet=quiet)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error


def _selected_record(line: bytes, *, categories: frozenset[str]):
    """Return the record of a line, or None if it has none of `categories`; an empty set allows all."""
    record = record_from_line(line)
    if not categories:
        return record
    codes = {*record.categories, *(category.split(".")[0] for category in record.categories)}
    return record if codes & categories else None

"""Import a BibTeX file of any size."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError

from papers.citations.bibtex_reader import BrokenEntry, read_bibtex
from papers.importing.bulk import Broken
from papers.importing.bulk_files import record_batches
from papers.management.long_command import LongCommand
from papers.sources import Record


class Command(LongCommand):
    """Hold one run per file; a changed file starts over."""

    help = (
        "Import a BibTeX file. Broken entries are reported with line and reason. Importing a file "
        "again changes nothing."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", help="a .bib file, or - for standard input")

    def handle(self, *, file, quiet, restart, **options):
        data = _read(file)
        subject = "standard input" if file == "-" else str(Path(file).resolve())
        with self.held(subject) as run:
            self.begin(run, mark=hashlib.sha256(data).hexdigest(), restart=restart)
            batches = record_batches(_entries(data), done=run.position)
            self.follow(run, batches, quiet=quiet)


def _entries(data: bytes) -> Iterator[Record | Broken]:
    for entry in read_bibtex(data):
        if isinstance(entry, BrokenEntry):
            yield Broken(f"line {entry.line}, {entry.key or 'no key'}", entry.reason)
        else:
            yield entry.record


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error

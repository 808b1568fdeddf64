import sys
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from papers.bibtex_import import import_bibtex


class Command(BaseCommand):
    help = "Import a BibTeX file. Broken entries are reported with line and reason; running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", help="a .bib file, or - for standard input")
        parser.add_argument("--quiet", action="store_true", help="no progress")

    def handle(self, *, file, quiet, **options):
        counts: Counter[str] = Counter()
        for number, entry in enumerate(import_bibtex(_read(file)), start=1):
            counts[entry.outcome] += 1
            if entry.outcome == "broken":
                self.stderr.write(f"line {entry.line}, {entry.key or 'no key'}: {entry.reason}")
            if not quiet and number % 250 == 0:
                self.stderr.write(f"{number:,} entries read …")
        self.stdout.write(
            f"{counts.total():,} entries: {counts['added']:,} added, "
            f"{counts['completed']:,} completed, {counts['known']:,} already known, "
            f"{counts['broken']:,} broken."
        )


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error

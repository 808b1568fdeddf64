"""Import a DBLP XML file."""

from pathlib import Path

from django.core.management.base import CommandError

from papers.importing.bulk_files import UnreadableFileError, fingerprint, open_bytes, record_batches
from papers.management.long_command import LongCommand
from papers.sources.dblp import records_of_xml


class Command(LongCommand):
    """Hold one run per file; a changed file starts over."""

    help = (
        "Import a DBLP XML file, plain or gzip. For a conference, download the address of its page "
        "on dblp.org with .xml instead of .html."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file")

    def handle(self, *, file, quiet, restart, **options):
        path = Path(file).resolve()
        try:
            mark = fingerprint(path)
            with self.held(str(path)) as run, open_bytes(path) as (stream, _):
                self.begin(run, mark=mark, restart=restart)
                batches = record_batches(records_of_xml(stream), done=run.position)
                self.follow(run, batches, quiet=quiet)
        except UnreadableFileError as error:
            raise CommandError(str(error)) from error

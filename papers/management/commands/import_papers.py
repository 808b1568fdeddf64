"""Import papers by identifier or from a search of a catalogue."""

from collections import Counter
from collections.abc import Iterator

from django.core.management.base import CommandError

from papers.identifiers import parse_identifier
from papers.importing.bulk import Batch, stay_alive
from papers.importing.pipeline import UnknownIdentifierError, find_paper, import_paper
from papers.management.long_command import LongCommand
from papers.models import ImportRun
from papers.sources import SOURCES, SourceError, SourceRefusedError, missing_settings, searchable


class Command(LongCommand):
    """Hold one run per catalogue and query; identifiers need none."""

    help = (
        "Import papers by their identifiers or links (arXiv, DOI, DBLP, …), or the results of a "
        "search: --source crossref --query 'graph neural networks' --limit 500."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("identifiers", nargs="*")
        parser.add_argument("--source", choices=SOURCES, help="a catalogue")
        parser.add_argument("--query", help="words of titles and authors")
        parser.add_argument(
            "--limit", type=int, default=100, help="maximum number of papers (%(default)s)"
        )

    def handle(self, *, identifiers, source, query, limit, quiet, restart, **options):
        if identifiers and not (source or query):
            self._import_named(identifiers)
        elif source and query and not identifiers:
            self._import_matches(source, query, limit=limit, quiet=quiet, restart=restart)
        else:
            raise CommandError("Enter identifiers, or --source and --query.")

    def _import_named(self, identifiers: list[str]) -> None:
        counts: Counter[str] = Counter()
        for identifier in identifiers:
            name = parse_identifier(identifier)
            is_known = name is not None and find_paper(name) is not None
            try:
                paper = import_paper(identifier=identifier)
            except (UnknownIdentifierError, SourceError) as error:
                counts["failed"] += 1
                self.stderr.write(f"{identifier}: {error}")
                continue
            counts["known" if is_known else "added"] += 1
            self.stdout.write(f"{identifier}: {paper.title}")
        self.stdout.write(
            f"{counts['added']} added, {counts['known']} already known, {counts['failed']} failed."
        )

    def _import_matches(
        self, source: str, query: str, *, limit: int, quiet: bool, restart: bool
    ) -> None:
        missing = missing_settings(source)
        if missing:
            raise CommandError(f"{SOURCES[source].NAME} needs {', '.join(missing)}.")
        if source not in searchable():
            raise CommandError(f"{SOURCES[source].NAME} cannot be searched.")
        with self.held(f"{source}: {query}") as run:
            self.begin(run, restart=restart)
            self.follow(run, _pages(run, source, query, limit=limit), quiet=quiet)


def _pages(run: ImportRun, source: str, query: str, *, limit: int) -> Iterator[Batch]:
    """Yield pages of results, or the single list of a catalogue without pages."""
    catalogue = SOURCES[source]
    done, token, is_read = run.position, run.token, bool(run.state.get("is_read"))
    seen = 0
    while done < limit and not is_read:
        stay_alive(run)
        start = done
        if hasattr(catalogue, "search_page"):
            try:
                records, token = catalogue.search_page(query, token=token)
            except SourceRefusedError:
                if not token:
                    raise
                # The token has expired: start from the first page without counting papers twice.
                done, token, seen = 0, "", done
                continue
        else:
            records, token = catalogue.search(query)[done:], ""
        is_read = not token or not records
        records = records[: limit - done]
        done += len(records)
        yield Batch(
            records=records,
            position=done,
            token=token,
            state={"is_read": is_read},
            repeated=max(seen - start, 0),
        )

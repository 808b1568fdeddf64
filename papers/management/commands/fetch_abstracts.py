"""Fetch missing abstracts, as the hourly task does on a site with workers."""

from django.core.management.base import BaseCommand

from papers.importing.abstracts import fetch_abstract, papers_without_abstract
from papers.sources import SourceUnavailableError


class Command(BaseCommand):
    """Stop at the limit, or when a catalogue is unavailable."""

    help = "Fetch missing abstracts from the catalogues, the most read papers first."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=200, help="maximum number of papers (200)")

    def handle(self, *, limit, **options):
        tried = fetched = 0
        for paper in papers_without_abstract()[:limit]:
            tried += 1
            try:
                fetched += fetch_abstract(paper_id=paper.pk)
            except SourceUnavailableError as error:
                self.stderr.write(f"{error} Run the command again later.")
                break
        self.stdout.write(f"{tried} papers looked up, {fetched} abstracts found.")

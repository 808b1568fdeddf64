"""Rebuild the search index, for example after a change of its columns or its tokeniser."""

from django.core.management.base import BaseCommand

from papers.search import reindex_papers
from search.index import reindex_summaries


class Command(BaseCommand):
    """Rebuild the search index, with progress on standard output."""

    help = "Rebuild the search index of all papers and summaries. Searching works meanwhile."

    def handle(self, *args, **options) -> None:
        for noun, reindex in (("papers", reindex_papers), ("summaries", reindex_summaries)):
            count = 0
            for count in reindex():
                self.stdout.write(f"{count:,} {noun} …", ending="\r")
            self.stdout.write(f"{count:,} {noun} indexed.")

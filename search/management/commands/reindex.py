"""Make the search index anew, for example after a change of its columns or its tokeniser."""

from django.core.management.base import BaseCommand

from papers.search import reindex_papers
from search.index import reindex_summaries


class Command(BaseCommand):
    help = "Index all papers and summaries for the search anew. Searching goes on meanwhile."

    def handle(self, *args, **options) -> None:
        for things, reindex in (("papers", reindex_papers), ("summaries", reindex_summaries)):
            done = 0
            for done in reindex():
                self.stdout.write(f"{done:,} {things} …", ending="\r")
            self.stdout.write(f"{done:,} {things} indexed.")

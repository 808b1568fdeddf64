from django.core.management.base import BaseCommand

from papers.importing.abstracts import fetch_abstract, papers_without_abstract
from papers.sources import SourceUnavailableError


class Command(BaseCommand):
    help = "Ask the catalogues for missing abstracts, the most read papers first."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=int, default=200, help="papers to ask for (200)")

    def handle(self, *, limit, **options):
        found = asked = 0
        for paper in papers_without_abstract()[:limit]:
            asked += 1
            try:
                found += fetch_abstract(paper_id=paper.pk)
            except SourceUnavailableError as error:
                self.stderr.write(f"{error} Run the command again later.")
                break
        self.stdout.write(f"{asked} papers asked for, {found} abstracts found.")

from django.core.management.base import BaseCommand

from summaries.similar_papers import compare_papers


class Command(BaseCommand):
    """Compare the papers, as the nightly task does."""

    help = "Find similar papers, for Read next. Run it every night unless workers do."

    def handle(self, **options):
        self.stdout.write(f"{compare_papers()} papers have other similar papers than before.")

from django.core.management.base import BaseCommand

from summaries.similar_papers import compare_papers


class Command(BaseCommand):
    help = "Find the papers that are alike, for Read next. Run it every night; a worker does."

    def handle(self, **options):
        self.stdout.write(f"{compare_papers()} papers have others beside them now.")

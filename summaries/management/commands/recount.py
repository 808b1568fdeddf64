from django.core.management.base import BaseCommand

from summaries.ranking.counters import recount_all


class Command(BaseCommand):
    """Recount everything that is stored beside the texts."""

    help = "Recount votes, comments and rankings. Running it twice changes nothing."

    def handle(self, **options):
        self.stdout.write(f"{recount_all()} summaries recounted.")

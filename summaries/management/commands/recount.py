from django.core.management.base import BaseCommand

from summaries.ranking.counters import recount_all


class Command(BaseCommand):
    help = "Count votes, comments and standings anew. Running it twice changes nothing."

    def handle(self, **options):
        self.stdout.write(f"{recount_all()} summaries recounted.")

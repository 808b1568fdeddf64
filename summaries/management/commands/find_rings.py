from django.core.management.base import BaseCommand

from summaries.ranking.vote_rings import find_rings


class Command(BaseCommand):
    help = "Look for votes that seem arranged and put them before the moderators."

    def handle(self, **options):
        found = find_rings()
        for ring in found:
            self.stdout.write(f"Ring {ring.pk}: {ring.signs}")
        self.stdout.write(f"{len(found)} rings are new or have grown.")

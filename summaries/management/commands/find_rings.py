from django.core.management.base import BaseCommand

from summaries.ranking.vote_rings import find_rings


class Command(BaseCommand):
    """Look for vote rings, as the daily task does."""

    help = "Look for votes that seem coordinated, and report them to moderators. Run it daily."

    def handle(self, **options):
        rings = find_rings()
        for ring in rings:
            self.stdout.write(f"Ring {ring.pk}: {ring.signs}")
        self.stdout.write(f"{len(rings)} rings are new or have grown.")

from django.core.management.base import BaseCommand

from summaries.actions import vote
from summaries.ranking import reputation


class Command(BaseCommand):
    """Recount reputation, as the daily task does."""

    help = "Recount reputation, and the votes of people whose suspension has ended. Run it daily."

    def handle(self, **options):
        free = vote.recount_after_suspensions()
        changed = reputation.recount_all()
        self.stdout.write(f"{free} suspensions ended, {changed} reputations changed.")

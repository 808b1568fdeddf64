from django.core.management.base import BaseCommand

from summaries.actions import vote
from summaries.ranking import reputation


class Command(BaseCommand):
    help = "Count people's reputation anew, after the votes of those whose suspension ran out."

    def handle(self, **options):
        free = vote.recount_after_suspensions()
        changed = reputation.recount_all()
        self.stdout.write(f"{free} suspensions ended, {changed} reputations changed.")

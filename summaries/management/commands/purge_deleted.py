from django.core.management.base import BaseCommand

from summaries.actions.delete import purge_deleted


class Command(BaseCommand):
    """Purge deleted summaries, as the daily task does."""

    help = "Permanently delete summaries that were deleted more than 30 days ago. Run it daily."

    def handle(self, **options):
        self.stdout.write(f"{purge_deleted()} summaries purged.")

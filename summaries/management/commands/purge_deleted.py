from django.core.management.base import BaseCommand

from summaries.actions.delete import purge_deleted


class Command(BaseCommand):
    help = "Delete for good the summaries that were taken away more than 30 days ago. Run it daily."

    def handle(self, **options):
        self.stdout.write(f"{purge_deleted()} summaries purged.")

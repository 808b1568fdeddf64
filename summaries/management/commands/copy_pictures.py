from django.core.management.base import BaseCommand

from summaries.media.image_fetching import copy_waiting


class Command(BaseCommand):
    help = (
        "Copy pictures of other hosts that summaries show and that are not here yet. Run it hourly."
    )

    def handle(self, **options):
        self.stdout.write(f"{copy_waiting()} pictures copied.")

from django.core.management.base import BaseCommand

from summaries.media.image_fetching import copy_waiting


class Command(BaseCommand):
    """Copy waiting images, as the periodic task does."""

    help = (
        "Copy images from other hosts that texts show and that are not copied yet. Run it hourly."
    )

    def handle(self, **options):
        self.stdout.write(f"{copy_waiting()} images copied.")

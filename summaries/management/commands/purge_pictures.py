from django.core.management.base import BaseCommand

from summaries.media.image_cleanup import UNUSED_DAYS, purge_unused


class Command(BaseCommand):
    """Delete unused images, as the daily task does."""

    help = f"Delete images uploaded over {UNUSED_DAYS} days ago that no text shows. Run it daily."

    def handle(self, **options):
        self.stdout.write(f"{purge_unused()} images deleted.")

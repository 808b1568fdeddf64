from django.core.management.base import BaseCommand

from summaries.rerender import rerender_old


class Command(BaseCommand):
    """Render outdated texts again."""

    help = "Render summaries and comments again after an upgrade. It can be stopped and run again."

    def handle(self, **options):
        self.stdout.write(f"{rerender_old()} texts rendered.")

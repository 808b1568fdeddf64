from django.core.management.base import BaseCommand

from summaries.rerender import rerender_old


class Command(BaseCommand):
    help = "Render summaries and comments of older renderers anew. Can be stopped and run again."

    def handle(self, **options):
        self.stdout.write(f"{rerender_old()} texts rendered.")

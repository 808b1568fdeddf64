from django.core.management.base import BaseCommand

from summaries.rerender import Done, rerender_and_compare


class Command(BaseCommand):
    """Render outdated texts again."""

    help = "Render summaries and comments again after an upgrade. It can be stopped and run again."

    def handle(self, **options):
        done = Done()
        for done in rerender_and_compare():
            self.stdout.write(_told(done))
        if not done.count:
            self.stdout.write(_told(done))


def _told(done: Done) -> str:
    return f"{done.count} texts rendered, {done.changed} of them changed."

from django.core.management.base import BaseCommand

from social import outbox


class Command(BaseCommand):
    """Send due posts, as the task does every minute."""

    help = "Send due posts to the social channels. Run it every minute on a site without workers."

    def handle(self, **options):
        self.stdout.write(f"{outbox.send_due()} posts processed.")

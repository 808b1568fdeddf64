from django.core.management.base import BaseCommand

from social import outbox


class Command(BaseCommand):
    help = "Send what is due to the social channels. For cron, on a site without workers."

    def handle(self, **options):
        self.stdout.write(f"{outbox.send_due()} announcements worked on.")

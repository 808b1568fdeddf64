from django.core.management.base import BaseCommand

from mailing import batching as collecting
from mailing import newsletter as letters
from mailing import outbox


class Command(BaseCommand):
    help = "Send the mail that is due: at once, digests, the letter. For cron, without workers."

    def handle(self, **options):
        letters.draft_last_week()
        letters.send_due()
        collecting.collect()
        self.stdout.write(f"{outbox.send_due()} mails worked on.")

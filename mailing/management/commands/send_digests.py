from django.core.management.base import BaseCommand

from mailing import batching, newsletter, outbox


class Command(BaseCommand):
    help = "Send the mail that is due: at once, digests, the letter. For cron, without workers."

    def handle(self, **options):
        newsletter.draft_last_week()
        newsletter.send_due()
        batching.collect()
        self.stdout.write(f"{outbox.send_due()} mails worked on.")

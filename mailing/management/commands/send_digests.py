from django.core.management.base import BaseCommand

from mailing import batching, newsletter, outbox


class Command(BaseCommand):
    """Send mail where no worker runs."""

    help = (
        "Send the mail that is due: instant mail, digests, newsletter. For cron, without workers."
    )

    def handle(self, **options):
        newsletter.draft_last_week()
        newsletter.send_due()
        batching.collect()
        self.stdout.write(f"{outbox.send_due()} mails processed.")

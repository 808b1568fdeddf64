from django.core.management.base import BaseCommand

from following.fan_out import retry_pending


class Command(BaseCommand):
    """Notify followers where no worker runs."""

    help = (
        "Notify followers of new summaries that no worker has handled. For cron, without workers."
    )

    def handle(self, **options):
        self.stdout.write(f"{retry_pending()} notifications written.")

from django.core.management.base import BaseCommand

from following.fan_out import retry_pending


class Command(BaseCommand):
    help = "Tell followers of summaries that no worker has told them of. For cron, without workers."

    def handle(self, **options):
        self.stdout.write(f"{retry_pending()} notifications written.")

from django.core.management.base import BaseCommand

from following.fan_out import sweep


class Command(BaseCommand):
    help = "Tell followers of summaries that no worker has told them of. For cron, without workers."

    def handle(self, **options):
        self.stdout.write(f"{sweep()} notifications written.")

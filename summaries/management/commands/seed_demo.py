from django.core.management.base import BaseCommand

from papers.models import Paper
from summaries.demo import DEMO_EMAIL, DEMO_PASSWORD, seed


class Command(BaseCommand):
    """Fill the site with demo content."""

    help = "Fill the site with demo papers, people, summaries, votes and comments."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there are papers already."
        )

    def handle(self, *, if_empty, **options):
        if if_empty and Paper.objects.exists():
            return
        counts = seed(say=self.stdout.write if options["verbosity"] else lambda line: None)
        self.stdout.write(
            f"Demo content: {counts['papers']} papers, {counts['people']} people, "
            f"{counts['summaries']} summaries, {counts['votes']} votes, "
            f"{counts['comments']} comments."
        )
        self.stdout.write(f"Sign in as {DEMO_EMAIL} with the password {DEMO_PASSWORD}.")

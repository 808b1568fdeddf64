from collections import Counter

from django.core.management.base import BaseCommand

from papers.identifiers import parse_identifier
from papers.importing import UnknownIdentifier, find_paper, import_paper
from papers.sources import SourceError


class Command(BaseCommand):
    help = "Import papers by their identifiers or addresses: arXiv, DOI, BibSonomy."

    def add_arguments(self, parser):
        parser.add_argument("identifiers", nargs="+")

    def handle(self, *, identifiers, **options):
        counts: Counter[str] = Counter()
        for identifier in identifiers:
            name = parse_identifier(identifier)
            is_known = name is not None and find_paper(name) is not None
            try:
                paper = import_paper(identifier=identifier)
            except (UnknownIdentifier, SourceError) as error:
                counts["failed"] += 1
                self.stderr.write(f"{identifier}: {error}")
                continue
            counts["known" if is_known else "added"] += 1
            self.stdout.write(f"{identifier}: {paper.title}")
        self.stdout.write(
            f"{counts['added']} added, {counts['known']} already known, {counts['failed']} failed."
        )

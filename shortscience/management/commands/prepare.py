import hashlib
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shortscience import stylesheets
from shortscience.upkeep import bring_up_to_date


class Command(BaseCommand):
    """Prepare the site for serving; safe to interrupt and to repeat."""

    help = (
        "Prepare the site: migrate, collect static files, rebuild what an older version "
        "rendered and indexed, fill an empty database with demo content. Safe to repeat."
    )

    def handle(self, **options):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        sources, stamp = _sources(), settings.STATIC_ROOT / "sources.sha256"
        if not stamp.exists() or stamp.read_text() != sources:
            self.stdout.write("Collecting static files …")
            # Cleared first: collectstatic copies only files that look newer than the existing ones.
            call_command("collectstatic", clear=True, verbosity=0, interactive=False)
            stamp.write_text(sources)
        self._bring_up_to_date()
        call_command("seed_demo", if_empty=True)

    def _bring_up_to_date(self) -> None:
        done: dict[str, int] = {}
        for kind, count in bring_up_to_date():
            done[kind] = count
            self.stdout.write(f"{count:,} {kind} …", ending="\r")
        for kind, count in done.items():
            self.stdout.write(f"{count:,} {kind}.   ")


def _sources() -> str:
    """Return a digest of all static files, how they are collected, and the version of Django.

    Modification times would not do: an archive or an older checkout may have earlier ones.
    """
    digest = hashlib.sha256(django.get_version().encode())
    digest.update(Path(stylesheets.__file__).read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()

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
    help = (
        "Make the site ready to serve: migrate, collect static files, render and index again what "
        "an older version stored, seed an empty database. Can be stopped and run again."
    )

    def handle(self, **options):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        sources, stamp = _sources(), settings.STATIC_ROOT / "sources.sha256"
        if not stamp.exists() or stamp.read_text() != sources:
            self.stdout.write("Collecting static files …")
            # Cleared first: files are copied only when they look newer than what is there.
            call_command("collectstatic", clear=True, verbosity=0, interactive=False)
            stamp.write_text(sources)
        self._bring_up_to_date()
        call_command("seed_demo", if_empty=True)

    def _bring_up_to_date(self) -> None:
        done: dict[str, int] = {}
        for things, number in bring_up_to_date():
            done[things] = number
            self.stdout.write(f"{number:,} {things} …", ending="\r")
        for things, number in done.items():
            self.stdout.write(f"{number:,} {things}.   ")


def _sources() -> str:
    """One digest of all static files and of how they are collected: times of files tell nothing
    after an upgrade from an archive, or when a checkout goes back."""
    told = hashlib.sha256(django.get_version().encode())
    told.update(Path(stylesheets.__file__).read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                told.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return told.hexdigest()

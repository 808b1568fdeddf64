from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Make the site ready to serve: migrate, collect static files, seed an empty database."

    def handle(self, **options):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        if self._is_static_old():
            self.stdout.write("Collecting static files …")
            call_command("collectstatic", verbosity=0, interactive=False)
        call_command("seed_demo", if_empty=True)

    def _is_static_old(self) -> bool:
        """True when a source file is newer than what was collected."""
        manifest = settings.STATIC_ROOT / "staticfiles.json"
        if not manifest.exists():
            return True
        made_at = manifest.stat().st_mtime
        sources = (path for folder in settings.STATICFILES_DIRS for path in folder.rglob("*"))
        return any(path.stat().st_mtime > made_at for path in sources)

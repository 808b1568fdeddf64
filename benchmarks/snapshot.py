"""Load generated arXiv snapshots: records per second, peak memory, and the effect of kills.

    python benchmarks/snapshot.py [--large 100000]                     on SQLite
    DATABASE_URL=postgres://… python benchmarks/snapshot.py            on PostgreSQL

Each part has its own database. The last one kills the command ten times at random moments.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
KILLS = 10
SMALL = 10_000


def main() -> None:
    """Parse the arguments and measure each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=100_000)
    large = parser.parse_args().large
    with tempfile.TemporaryDirectory() as folder:
        _use_database(Path(folder))
        from django.core.management import call_command
        from django.db import connection

        from tests.support.snapshot_files import lines
        from tests.support.snapshot_kills import load_with_kills

        print(f"{connection.vendor}")
        print(f"{'records':>10}{'kills':>7}{'seconds':>9}{'records/s':>11}{'peak MB':>9}  result")
        for count, kills in [(SMALL, 0), (large, 0), (large, KILLS)]:
            call_command("migrate", verbosity=0)
            call_command("flush", interactive=False, verbosity=0)
            # `flush` also removes the venues and fields that the migrations create.
            file = Path(folder) / f"{count}.json"
            if not file.exists():
                with file.open("w") as out:
                    out.writelines(f"{line}\n" for line in lines(count))
            between = (large / 2_000 / KILLS / 2, large / 1_000 / KILLS)
            report = load_with_kills(file, kills=kills, between_seconds=between)
            print(
                f"{count:>10,}{report.kills:>7}{report.seconds:>9.1f}"
                f"{count / report.seconds:>11.0f}{report.peak_megabytes:>9.0f}  {_verdict(count)}",
                flush=True,
            )


def _verdict(count: int) -> str:
    """Say whether every record was loaded exactly once."""
    from papers.models import Identifier, Paper, SourceRecord

    papers, records = Paper.objects.count(), SourceRecord.objects.count()
    names = Identifier.objects.filter(scheme="arxiv").count()
    is_whole = papers == records == names == count
    return "complete, no duplicates" if is_whole else f"{papers} papers, {records} records"


def _use_database(folder: Path) -> None:
    """Create a new database: a file, or one on the server of DATABASE_URL."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        import psycopg2

        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS snapshot_benchmark WITH (FORCE)")
            cursor.execute("CREATE DATABASE snapshot_benchmark")
        connection.close()
        os.environ["DATABASE_URL"] = urlunsplit(urlsplit(url)._replace(path="/snapshot_benchmark"))
    else:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/snapshot.sqlite3"
    os.environ.setdefault("SECRET_KEY", "x" * 50)
    os.environ["DJANGO_SETTINGS_MODULE"] = "shortscience.settings"
    import django

    django.setup()


if __name__ == "__main__":
    main()

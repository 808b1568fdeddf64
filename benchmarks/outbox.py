"""Kill the workers that post with SIGKILL, and count what arrived.

    DATABASE_URL=postgres://… REDIS_URL=redis://… python benchmarks/outbox.py [--summaries 500] [--kills 200]

Creates its own database on the server of DATABASE_URL, and uses a Redis that it may empty. A local
server answers like Mastodon, Bluesky, Matrix, Discord and Slack, and a fifth of its responses are
errors. Real Celery workers are killed at random and Redis is emptied in between. In the end every
summary must have been posted exactly once where the service recognises a repeated post, and at most
once elsewhere.
"""

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Parse the arguments, run the test, and exit with 1 if a post is lost or repeated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summaries", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    options = parser.parse_args()
    os.environ["DATABASE_URL"] = _own_database(os.environ["DATABASE_URL"])
    os.environ.setdefault("SECRET_KEY", "x" * 50)
    os.environ["ALLOW_PRIVATE_CHANNELS"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "shortscience.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.support.outbox_storm import storm

    broker = os.environ["REDIS_URL"]
    report = storm(summaries=options.summaries, kills=options.kills, broker=broker, log=print)
    print(report.table())
    sys.exit(0 if report.is_good else 1)


def _own_database(url: str) -> str:
    """Create the database outbox_storm on the server of `url`; return its address."""
    import psycopg2

    parts = urlsplit(url)
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS outbox_storm WITH (FORCE)")
        cursor.execute("CREATE DATABASE outbox_storm")
    connection.close()
    return urlunsplit(parts._replace(path="/outbox_storm"))


if __name__ == "__main__":
    main()

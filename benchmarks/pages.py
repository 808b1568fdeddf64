"""The cost of every page on a large site: queries, time in the database, total time.

    DATABASE_URL=postgres://... SECRET_KEY=x .venv/bin/python benchmarks/pages.py [--slow 50] [--only /search]

Reads a database that benchmarks/corpus.py has filled. Requests each address of
tests/support/addresses.py signed out and signed in, and the admin as a superuser, twice each: the
second response counts, so that files and plans are cached. With `--slow 50`, the slowest query of
each page that took more than 50 ms in the database is printed with its plan. Nothing is written:
each page is requested with GET in a transaction that is rolled back.
"""

import argparse
import contextlib
import logging
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shortscience.settings")

import django

django.setup()

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from papers.models import Paper, Venue
from summaries.models import Comment, PaperRanking, Summary
from tests.support.addresses import of_admin, of_site

MORE = [
    *("/search?q={common}", "/search?q={common}&show=summaries", "/search?q={common}&show=people"),
    *(
        "/search?q={middling}",
        "/search?q={middling}&order=date",
        "/search?q={middling}&order=votes",
    ),
    *("/search/suggest?q={common}", "/search/suggest?q={middling}", "/?time=month&sort=best"),
    *("/?field=machine-learning", "/?field=machine-learning&sort=best", "/users?sort=new"),
    *("/deleted", "/notifications?show=unread", "/random", "/metrics", "/author/{author}"),
]


def addresses(world: dict[str, object]) -> list[str]:
    """Return the addresses of the two worlds of the tests, with rows of this database instead."""
    names = {
        "alice": "person1",
        "bob": "person2",
        "/ada-lovelace": f"/{world['author']}",
        "on-worlds": world["slug"],
        "neurips": world["venue"],
        "1706.03762": world["arxiv"],
    }
    result = []
    for address in [*of_site(**world), *(address.format(**world) for address in MORE)]:
        for test_name, name in names.items():
            address = address.replace(test_name, str(name))
        result.append(address)
    return list(dict.fromkeys(result))


def some_world() -> dict[str, object]:
    """Return the primary keys and words of the busiest rows: worst cases, not usual ones."""
    standing = PaperRanking.objects.order_by("-comment_count").first()
    paper = Paper.objects.get(pk=standing.paper_id)
    terms = Paper.objects.order_by("pk")[10].abstract.split()
    by_length = sorted(terms, key=len)
    comment = Comment.objects.filter(summary__isnull=False).first().pk
    return {
        "paper": paper.pk,
        "slug": paper.slug,
        "summary": Summary.objects.published().order_by("-comment_count").first().pk,
        "comment": comment,
        "answer": comment,
        "author": paper.authorships.first().name_slug,
        "arxiv": paper.arxiv_id,
        "venue": Venue.objects.get(pk=paper.venue_id).slug,
        "common": by_length[0],
        "middling": by_length[-1],
    }


def ask(client: Client, address: str) -> tuple[int, list[tuple[float, str, tuple]], float]:
    """Return (status, [(seconds, SQL, parameters)], total seconds) of one GET."""
    queries = []

    def watch(execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            queries.append((time.perf_counter() - start, sql, params))

    class RollbackError(Exception):
        pass

    status = 0
    start = time.perf_counter()
    with (
        contextlib.suppress(RollbackError),
        transaction.atomic(),
        connection.execute_wrapper(watch),
    ):
        response = client.get(address)
        status = response.status_code
        if response.streaming:
            b"".join(response.streaming_content)
        total_seconds = time.perf_counter() - start
        raise RollbackError
    return status, queries, total_seconds


def plan(sql: str, params: tuple) -> str:
    """Return the query plan, with times on PostgreSQL."""
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        prefix = "EXPLAIN (ANALYZE, BUFFERS) " if is_postgres else "EXPLAIN QUERY PLAN "
        cursor.execute(prefix + sql, params)
        return "\n".join(str(row[0] if is_postgres else row[-1]) for row in cursor.fetchall())


def measure(title: str, client: Client, paths: list[str], slow_ms: float) -> None:
    """Print the cost of each address, and the slowest queries over `slow_ms`."""
    slow = []
    print(
        f"\n{title}\n{'queries':>8}{'database':>11}{'total':>10}{'slowest':>10}  status and address"
    )
    for address in paths:
        for _ in range(2):
            cache.delete("metrics")
            try:
                status, queries, total_seconds = ask(client, address)
            except Exception as error:
                status, queries, total_seconds = type(error).__name__, [], 0.0
        database = sum(seconds for seconds, *_ in queries)
        worst = max(queries, default=(0.0, "", ()), key=lambda query: query[0])
        print(
            f"{len(queries):8}{1000 * database:9.1f}ms{1000 * total_seconds:8.1f}ms{1000 * worst[0]:8.1f}ms"
            f"  {status} {address[:90]}",
            flush=True,
        )
        if slow_ms and 1000 * database > slow_ms:
            slow.append((database, address, worst))
    for database, address, (seconds, sql, params) in sorted(slow, reverse=True, key=lambda s: s[0]):
        print(
            f"\n== {1000 * database:.0f} ms, slowest {1000 * seconds:.0f} ms: {address}\n{sql[:3000]}"
        )
        try:
            with transaction.atomic():
                print(plan(sql, params))
        except Exception as error:
            print(error)


def main() -> None:
    """Parse the arguments and measure all pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slow", type=float, default=0, help="milliseconds")
    parser.add_argument("--only", default="", help="a part of the address")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    world = some_world()
    paths = [path for path in addresses(world) if options.only in path]
    member, superuser = User.objects.get(username="person1"), User.objects.get(username="person0")
    nobody, signed_in, moderator = (Client(SERVER_NAME="127.0.0.1") for _ in range(3))
    signed_in.force_login(member, "django.contrib.auth.backends.ModelBackend")
    moderator.force_login(superuser, "django.contrib.auth.backends.ModelBackend")
    ids = {"alice": member.pk, "bob": User.objects.get(username="person2").pk}
    print(f"{connection.vendor}, {Paper.objects.count():,} papers")
    measure("Signed out", nobody, paths, options.slow)
    measure("Signed in", signed_in, paths, options.slow)
    admin_paths = [path for path in of_admin(superuser, **{**world, **ids}) if options.only in path]
    measure("Moderating", moderator, admin_paths, options.slow)


if __name__ == "__main__":
    main()

"""What every page costs on a large site: queries, time in the database, time in all.

    DATABASE_URL=postgres://... SECRET_KEY=x .venv/bin/python benchmarks/pages.py [--slow 50] [--only /search]

Reads a database that benchmarks/corpus.py has filled. Asks each address of tests/support/addresses.py signed
out and signed in, and the admin as a superuser, twice each: the second answer is told, so that files
and plans are warm. With `--slow 50` the slowest query of whatever took more than 50 ms in the
database follows with its plan. Nothing is written: each page is asked with GET inside a transaction
that is undone.
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
from summaries.models import Comment, Standing, Summary
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
    """The addresses of the two worlds of the tests, with what there is here instead."""
    names = {
        "alice": "person1",
        "bob": "person2",
        "/ada-lovelace": f"/{world['author']}",
        "on-worlds": world["slug"],
        "neurips": world["venue"],
        "1706.03762": world["arxiv"],
    }
    found = []
    for address in [*of_site(**world), *(address.format(**world) for address in MORE)]:
        for theirs, ours in names.items():
            address = address.replace(theirs, str(ours))
        found.append(address)
    return list(dict.fromkeys(found))


def some_world() -> dict[str, object]:
    """The numbers and words of what is busiest here: worst cases, not usual ones."""
    standing = Standing.objects.order_by("-comment_count").first()
    paper = Paper.objects.get(pk=standing.paper_id)
    words = Paper.objects.order_by("pk")[10].abstract.split()
    by_use = sorted(words, key=len)
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
        "common": by_use[0],
        "middling": by_use[-1],
    }


def ask(client: Client, address: str) -> tuple[int, list[tuple[float, str, tuple]], float]:
    """(status, [(seconds, SQL, parameters)], seconds in all) of one GET."""
    asked = []

    def watch(execute, sql, params, many, context):
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((time.perf_counter() - start, sql, params))

    class RollbackError(Exception):
        pass

    status = 0
    start = time.perf_counter()
    with (
        contextlib.suppress(RollbackError),
        transaction.atomic(),
        connection.execute_wrapper(watch),
    ):
        answer = client.get(address)
        status = answer.status_code
        if answer.streaming:
            b"".join(answer.streaming_content)
        taken = time.perf_counter() - start
        raise RollbackError
    return status, asked, taken


def plan(sql: str, params: tuple) -> str:
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        how = "EXPLAIN (ANALYZE, BUFFERS) " if is_postgres else "EXPLAIN QUERY PLAN "
        cursor.execute(how + sql, params)
        return "\n".join(str(row[0] if is_postgres else row[-1]) for row in cursor.fetchall())


def measure(who: str, client: Client, places: list[str], slow_ms: float) -> None:
    slow = []
    print(
        f"\n{who}\n{'queries':>8}{'database':>11}{'in all':>10}{'slowest':>10}  status and address"
    )
    for address in places:
        for _ in range(2):
            cache.delete("metrics")
            try:
                status, asked, taken = ask(client, address)
            except Exception as error:
                status, asked, taken = type(error).__name__, [], 0.0
        database = sum(seconds for seconds, *_ in asked)
        worst = max(asked, default=(0.0, "", ()), key=lambda query: query[0])
        print(
            f"{len(asked):8}{1000 * database:9.1f}ms{1000 * taken:8.1f}ms{1000 * worst[0]:8.1f}ms"
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
    places = [place for place in addresses(world) if options.only in place]
    member, superuser = User.objects.get(username="person1"), User.objects.get(username="person0")
    nobody, signed_in, moderator = (Client(SERVER_NAME="127.0.0.1") for _ in range(3))
    signed_in.force_login(member, "django.contrib.auth.backends.ModelBackend")
    moderator.force_login(superuser, "django.contrib.auth.backends.ModelBackend")
    numbers = {"alice": member.pk, "bob": User.objects.get(username="person2").pk}
    print(f"{connection.vendor}, {Paper.objects.count():,} papers")
    measure("Signed out", nobody, places, options.slow)
    measure("Signed in", signed_in, places, options.slow)
    lists = [
        place for place in of_admin(superuser, **{**world, **numbers}) if options.only in place
    ]
    measure("Moderating", moderator, lists, options.slow)


if __name__ == "__main__":
    main()

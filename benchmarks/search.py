"""The time of a search among many papers, compared with the LIKE scan that it replaces.

    DATA_DIR=$(mktemp -d) .venv/bin/python benchmarks/search.py --papers 50000
    DATABASE_URL=postgres://... SECRET_KEY=x .venv/bin/python benchmarks/search.py

Fills the tables of an empty database, so never use it with a real site. Prints the median of
several runs in milliseconds and how much faster than the scan the index is; then the time of
facets, other orders, suggestions and spelling corrections, compared with the plain count of the
same query. Figures of two machines cannot be compared, ratios can.
"""

import argparse
import itertools
import os
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shortscience.settings")

import django

django.setup()

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.db.models import Q

from papers.fuzzy_lookup import near_papers
from papers.models import Field, Paper, Venue
from papers.search import SearchWord, reindex_papers, search_papers
from search.autocomplete import suggest
from search.did_you_mean import propose
from search.facets import count_facets
from search.index import papers_in_order, parse, search_all_papers

# By Zipf's law: the first word occurs in nearly every abstract, the 19,000th in few.
VOCABULARY = 20_000
RUNS = 7


def vocabulary(chance: random.Random) -> list[str]:
    """Return made-up words, the most frequent first."""
    syllables = ["ba", "co", "di", "fe", "gu", "la", "mi", "no", "pu", "ra", "se", "to", "vi", "zo"]
    candidates = dict.fromkeys(
        "".join(chance.choices(syllables, k=chance.randint(2, 5))) + chance.choice("lnrm")
        for _ in range(4 * VOCABULARY)
    )
    return list(candidates)[:VOCABULARY]


def fill(count: int, terms: list[str], chance: random.Random) -> None:
    """Write `count` papers."""
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(terms) + 1)))

    def text(length: int) -> str:
        return " ".join(chance.choices(terms, cum_weights=weights, k=length))

    fields, venues = list(Field.objects.all()), list(Venue.objects.all())

    def papers():
        for index in range(count):
            yield Paper(
                title=text(chance.randint(4, 12)).capitalize(),
                abstract=text(chance.randint(80, 200)),
                authors_text="; ".join(text(2).title() for _ in range(chance.randint(1, 6))),
                year=chance.randint(1990, 2026),
                field=chance.choice(fields),
                venue=chance.choice(venues),
                citation_key=f"bench/{index}",
                summary_count=chance.choices([0, 1, 2, 5, 20], [80, 12, 4, 3, 1])[0],
            )

    rows = papers()
    while batch := list(itertools.islice(rows, 2000)):
        Paper.objects.bulk_create(batch)


def median_ms(ask) -> float:
    """Return the median time of `ask` in milliseconds, after a warm-up."""
    ask()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    """Parse the arguments, fill the database if it is empty, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=50_000)
    options = parser.parse_args()
    chance = random.Random(7)  # noqa: S311
    terms = vocabulary(chance)

    call_command("migrate", verbosity=0)
    if Paper.objects.count() != options.papers:
        if Paper.objects.exists():
            sys.exit("The database is not empty.")
        fill(options.papers, terms, chance)
        start = time.perf_counter()
        for _done in reindex_papers():
            pass
        seconds = time.perf_counter() - start
        print(f"indexed {options.papers / seconds:,.0f} papers a second")

    phrase = " ".join(Paper.objects.order_by("pk")[10].abstract.split()[3:6])
    cases = [
        ("word in nearly all", terms[0], False),
        ("common word", terms[9], False),
        ("middling word", terms[200], False),
        ("rare word", terms[15_000], False),
        ("two words", f"{terms[9]} {terms[60]}", False),
        ("three words and not", f"{terms[9]} {terms[60]} {terms[30]} -{terms[5]}", False),
        ("phrase", f'"{phrase}"', False),
        ("author and years", f"author:{terms[40]} {terms[9]} year:2010-2020", False),
        ("prefix", terms[200][:4], True),
        ("short prefix", terms[200][:2], True),
    ]
    print(f"{connection.vendor}, {options.papers:,} papers")
    print(f"{'':22}{'hits':>8}{'25 best':>10}{'count':>10}{'scan':>10}{'ratio':>8}")
    for name, text, is_typing in cases:
        results = search_papers(text, is_typing=is_typing)
        first = median_ms(lambda results=results: list(results.values_list("pk", flat=True)[:25]))
        count = median_ms(results.count)
        scan = Q()
        for term in text.replace('"', "").split():
            if ":" not in term and not term.startswith("-"):
                scan &= Q(title__icontains=term) | Q(abstract__icontains=term)
        # Counting makes the scan look at every paper, as ranking does.
        scanned = median_ms(Paper.objects.filter(scan).count)
        print(
            f"{name:22}{results.count():8,}{first:8.1f}ms{count:8.1f}ms{scanned:8.1f}ms"
            f"{scanned / first:7.1f}x"
        )
    beside(terms)


def beside(terms: list[str]) -> None:
    """Measure what the search page computes in addition to the results."""
    nobody = AnonymousUser()
    print(f"{SearchWord.objects.count():,} rows of {vocabulary_size():,} words")
    print(f"{'':22}{'count':>10}{'facets':>10}{'ratio':>8}{'newest':>10}{'voted':>10}")
    for name, text in [
        ("word in nearly all", terms[0]),
        ("common word", terms[9]),
        ("middling word", terms[200]),
        ("rare word", terms[15_000]),
        ("two words and years", f"{terms[9]} {terms[60]} year:2010-2020"),
    ]:
        query = parse(text)
        results = search_all_papers(query)
        count = median_ms(results.count)
        facets = median_ms(lambda results=results, query=query: count_facets(results, query))
        newest, voted = papers_in_order(results, "date"), papers_in_order(results, "votes")
        orders = [
            median_ms(lambda newest=newest: list(newest.values("pk")[:25])),
            median_ms(lambda voted=voted: list(voted.values("pk")[:25])),
        ]
        print(
            f"{name:22}{count:8.1f}ms{facets:8.1f}ms{facets / count:7.1f}x"
            f"{orders[0]:8.1f}ms{orders[1]:8.1f}ms"
        )
    misspelt = terms[200][:2] + terms[200][3:]
    for name, ask in [
        ("suggestions, 2 letters", lambda: suggest(terms[200][:2], user=nobody)),
        ("suggestions, 4 letters", lambda: suggest(terms[200][:4], user=nobody)),
        ("proposal", lambda: propose(parse(misspelt), user=nobody)),
        (
            "proposal, 6 words",
            lambda: propose(parse(f"{misspelt} " * 2 + "qqqqq zzzz wwww xxxx"), user=nobody),
        ),
        ("near an unknown address", lambda: near_papers(f"{misspelt}-{terms[60]}")),
    ]:
        print(f"{name:22}{median_ms(ask):8.1f}ms")


def vocabulary_size() -> int:
    """Return the number of distinct words in the index."""
    return SearchWord.objects.values("word").distinct().count()


if __name__ == "__main__":
    main()

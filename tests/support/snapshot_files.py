"""A generated arXiv snapshot in the layout of the one on Kaggle, a JSON object a line:
`python -m tests.support.snapshot_files 100000 > snapshot.json`.

Title, authors and comments are hard wrapped with a newline and two blanks, the abstract begins
with two blanks, missing values are null, `authors` has raw TeX and `authors_parsed` Unicode.
"""

import datetime
import json
import random
import sys
from collections.abc import Iterator
from email.utils import format_datetime

CATEGORIES = (
    *("cs.LG", "cs.CV stat.ML", "cs.CL cs.LG", "math.AG", "hep-th gr-qc", "cond-mat.str-el"),
    *("astro-ph.CO", "quant-ph", "q-bio.NC cs.NE", "econ.EM", "stat.ME", "physics.optics"),
)
JOURNALS = ("Phys.Rev.D76:013009,2007", "J. Tests 12 (2015) 34-56", "Annals of Examples 7, 2019")
GIVEN = ("Ada", "Ren\\'e", "Chen", "Olga", "J. R.", "\\'Eva", "Sven", "Amara", "Luis", "Mei")
GIVEN_PLAIN = ("Ada", "René", "Chen", "Olga", "J. R.", "Éva", "Sven", "Amara", "Luis", "Mei")
FAMILY = ('M\\"uller', "Ng", "Okafor", "de Vries", "Kowalski", "Sato", "Garc\\'ia", "Lee", "Rao")
FAMILY_PLAIN = ("Müller", "Ng", "Okafor", "de Vries", "Kowalski", "Sato", "García", "Lee", "Rao")
BROKEN = ('{"id": "2001.00001", "title": "Cut sh', "null", '{"id": null, "title": null}')


def arxiv_id(number: int) -> str:
    """One of a row of identifiers: 0 gives "1501.00001"."""
    month, place = divmod(number, 9000)
    return f"{15 + month // 12:02d}{month % 12 + 1:02d}.{place + 1:05d}"


def lines(count: int, *, broken: int = 0, seed: int = 7) -> Iterator[str]:
    """`count` good lines, and `broken` ones spread among them."""
    chance = random.Random(seed)
    words = _vocabulary(chance)
    every = count // broken if broken else 0
    for number in range(count):
        if every and number % every == every // 2 and number // every < broken:
            yield BROKEN[number // every % len(BROKEN)]
        yield json.dumps(_paper(number, words, chance))


def _vocabulary(chance: random.Random) -> list[str]:
    syllables = ["ba", "co", "di", "fe", "gu", "la", "mi", "no", "pu", "ra", "se", "to", "vi", "zo"]
    return ["".join(chance.choices(syllables, k=chance.randint(1, 5))) for _ in range(12_000)]


def _paper(number: int, words: list[str], chance: random.Random) -> dict:
    def text(length: int) -> list[str]:
        # Few words are frequent and most are rare, as in a language.
        return [words[int(len(words) * chance.random() ** 3)] for _ in range(length)]

    people = [
        (chance.randrange(len(GIVEN)), chance.randrange(len(FAMILY)))
        for _ in range(chance.choice([1, 2, 2, 3, 3, 4, 5, 8]))
    ]
    title = [
        *text(chance.randint(5, 11)),
        f"number {number}",
        *chance.choice([[]] * 9 + [["$\\alpha$"]]),
    ]
    first = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(hours=number)
    versions = chance.choice([1, 1, 1, 2, 2, 3])
    is_published = chance.random() < 0.4
    return {
        "id": arxiv_id(number),
        "submitter": "Ada Example",
        "authors": _wrapped([f"{GIVEN[given]} {FAMILY[family]}," for given, family in people])[:-1],
        "title": _wrapped(title).capitalize(),
        "comments": chance.choice([None, "12 pages, 3 figures"]),
        "journal-ref": chance.choice(JOURNALS) if is_published else None,
        "doi": f"10.5555/example.{number}" if is_published else None,
        "report-no": None,
        "categories": chance.choice(CATEGORIES),
        "license": chance.choice([None, "http://creativecommons.org/licenses/by/4.0/"]),
        "abstract": "  " + _wrapped(text(chance.randint(80, 220)), indent="") + ".\n",
        "versions": [
            {
                "version": f"v{version + 1}",
                "created": format_datetime(first + datetime.timedelta(weeks=version), usegmt=True),
            }
            for version in range(versions)
        ],
        "update_date": (first + datetime.timedelta(weeks=versions)).date().isoformat(),
        "authors_parsed": [
            [FAMILY_PLAIN[family], GIVEN_PLAIN[given], ""] for given, family in people
        ],
    }


def _wrapped(words: list[str], indent: str = "  ") -> str:
    lines, width = [], 0
    for word in words:
        if not lines or width + len(word) > 76:
            lines.append([])
            width = 0
        lines[-1].append(word)
        width += len(word) + 1
    return f"\n{indent}".join(" ".join(line) for line in lines)


if __name__ == "__main__":
    for line in lines(int(sys.argv[1])):
        print(line)

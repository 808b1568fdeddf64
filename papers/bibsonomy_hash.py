"""Pure: BibSonomy's interhash, which finds the same paper in any catalogue.

md5 over the title without signs, the sorted authors as "x.last", and the year; published in the
service's source code and in R. Jäschke et al., "The social bookmark and publication management
system BibSonomy".
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Editors write one every month, and each is a work of its own.
EVERYDAY_TITLES = {
    *("abstract", "bookreview", "comment", "comments", "conclusion", "contents", "correction"),
    *("corrigendum", "discussion", "editorial", "erratum", "foreword", "fromtheeditor"),
    *("fromtheeditors", "guesteditorial", "guesteditorsintroduction", "index", "inthisissue"),
    *("introduction", "letter", "letters", "news", "obituary", "preface", "rejoinder", "reply"),
    *("response", "review", "reviews", "summary", "tableofcontents", "untitled"),
}


def interhash(title: str, authors: Sequence[str], year: int | None) -> str:
    """32 hexadecimal digits; `authors` are "Given Family" in any order."""
    plain_title = _plain(title)
    people = ",".join(sorted({_person(name) for name in authors} - {""}))
    text = f"{plain_title} [{people}] {year or ''}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=2000)  # A batch asks several times for each of its records.
def interhashes(title: str, authors: tuple[str, ...], year: int | None) -> tuple[str, ...]:
    """The hash of the text as it is and, where that differs, of the text without accents.

    The service hashes what a post stores: M{\\"u}ller becomes muller there, Müller müller.
    """
    folded = interhash(_fold(title), [_fold(name) for name in authors], year)
    return tuple(dict.fromkeys([interhash(title, authors, year), folded]))


def title_key(title: str, authors_text: str) -> str:
    """What two papers of one title and one first author have in common; the year is not in it.

    `authors_text` is the byline, "Ada Lovelace; Alan Turing". The answer is 32 hexadecimal digits,
    or "" when title or author are missing or so common that they tell nothing.
    """
    plain_title = _plain(_fold(title))
    author = _person(_fold(authors_text.split("; ")[0]))
    if not author or plain_title in EVERYDAY_TITLES or not plain_title:
        return ""
    return hashlib.md5(f"{plain_title} [{author}]".encode(), usedforsecurity=False).hexdigest()


def _plain(title: str) -> str:
    return "".join(letter for letter in title.lower() if letter.isalnum())


def _person(name: str) -> str:
    words = re.sub(r"[^\w\s]|_", "", name.lower()).split()
    if not words:
        return ""
    return words[-1] if len(words) == 1 else f"{words[0][0]}.{words[-1]}"


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

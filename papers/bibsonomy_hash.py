"""BibSonomy's interhash, a hash that is equal for the same paper in any catalogue. Pure.

It is the MD5 of the title without punctuation, the sorted authors as "x.last", and the year;
published in the service's source code and in R. Jäschke et al., "The social bookmark and publication management
system BibSonomy".
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# Titles that many different works have.
EVERYDAY_TITLES = {
    *("abstract", "bookreview", "comment", "comments", "conclusion", "contents", "correction"),
    *("corrigendum", "discussion", "editorial", "erratum", "foreword", "fromtheeditor"),
    *("fromtheeditors", "guesteditorial", "guesteditorsintroduction", "index", "inthisissue"),
    *("introduction", "letter", "letters", "news", "obituary", "preface", "rejoinder", "reply"),
    *("response", "review", "reviews", "summary", "tableofcontents", "untitled"),
}


def interhash(title: str, authors: Sequence[str], year: int | None) -> str:
    """Return the interhash, 32 hexadecimal digits; `authors` are "Given Family" in any order."""
    plain_title = _plain(title)
    people = ",".join(sorted({_person(name) for name in authors} - {""}))
    text = f"{plain_title} [{people}] {year or ''}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=2000)  # An import needs it several times for each record.
def interhashes(title: str, authors: tuple[str, ...], year: int | None) -> tuple[str, ...]:
    r"""Return the interhash and, if it differs, the interhash without accents.

    The service hashes the stored text of a post: M{\"u}ller becomes muller, Müller becomes müller.
    """
    folded = interhash(_fold(title), [_fold(name) for name in authors], year)
    return tuple(dict.fromkeys([interhash(title, authors, year), folded]))


def title_key(title: str, authors_text: str) -> str:
    """Return a hash of the title and the first author, without the year.

    `authors_text` is the byline, "Ada Lovelace; Alan Turing". The result is 32 hexadecimal digits,
    or "" when title or author are missing or the title is one of EVERYDAY_TITLES.
    """
    plain_title = _plain(_fold(title))
    author = _person(_fold(authors_text.split("; ")[0]))
    if not author or plain_title in EVERYDAY_TITLES or not plain_title:
        return ""
    return hashlib.md5(f"{plain_title} [{author}]".encode(), usedforsecurity=False).hexdigest()


def _plain(title: str) -> str:
    return "".join(letter for letter in title.lower() if letter.isalnum())


def _person(name: str) -> str:
    names = re.sub(r"[^\w\s]|_", "", name.lower()).split()
    if not names:
        return ""
    return names[-1] if len(names) == 1 else f"{names[0][0]}.{names[-1]}"


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

"""The unique BibTeX key of a paper, in DBLP's form where there is one."""

import re
import unicodedata

from papers.models import Paper
from papers.names import family_name
from papers.sources import Record

_STOP_WORDS = {"a", "an", "the", "on", "of", "for", "in", "to", "with", "and", "is", "are"}


def choose_citation_key(record: Record) -> str:
    """A key that no paper has yet.

    In order: the DBLP key, the key of the record, journals/corr/<arXiv identifier>, the DOI,
    and last one made of family name, year and first word: "vaswani2017attention".
    """
    for candidate in _candidates(record):
        if candidate and not Paper.objects.filter(citation_key=candidate).exists():
            return candidate
    return _free_key(_made_up(record))


def _candidates(record: Record) -> list[str]:
    by_scheme = {name.scheme: name.value for name in reversed(record.identifiers)}
    arxiv = by_scheme.get("arxiv", "")
    candidates = [
        by_scheme.get("dblp", ""),
        by_scheme.get("key", ""),
        f"journals/corr/{arxiv}" if arxiv else "",
        by_scheme.get("doi", ""),
    ]
    return [candidate for candidate in candidates if len(candidate) <= 200]


def _made_up(record: Record) -> str:
    family = family_name(record.authors[0]) if record.authors else "anonymous"
    words = [word for word in _plain(record.title).split() if word not in _STOP_WORDS]
    return f"{''.join(_plain(family).split())}{record.year or ''}{words[0] if words else ''}"[:150]


def _free_key(base: str) -> str:
    taken = set(
        Paper.objects.filter(citation_key__startswith=base).values_list("citation_key", flat=True)
    )
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", folded))

"""Pure: the authors of a paper as people type them into a form."""

import re

from papers.names import PARTICLES, SUFFIXES, display_name, without_others

_AND = re.compile(r"\s+(?:and|&)\s+|\s*;\s*", re.IGNORECASE)


def typed_authors(text: str) -> tuple[str, ...]:
    """ "Given Family" in order, from one name a line, and from the other ways of writing many.

    "Lovelace, Ada" is turned; "Ada Lovelace and Alan Turing", "Ada Lovelace; Alan Turing" and
    "Ada Lovelace, Alan Turing, Grace Hopper" are taken apart; "Ministry of Food and Health" and
    "Martin King, Jr" stay whole.
    """
    return typed_byline(text)[0]


def typed_byline(text: str) -> tuple[tuple[str, ...], bool]:
    """The authors, and whether the text says that it leaves out some: "Ada Lovelace et al."."""
    lines, is_cut = without_others(" ".join(line.split()) for line in text.splitlines())
    names, is_cut_within = without_others(name for line in lines for name in _names(line))
    authors = tuple(name for name in map(display_name, names) if name)
    return authors, is_cut or is_cut_within


def _names(line: str) -> list[str]:
    parts = [part for part in _AND.split(line) if part]
    if not all(len(part.split()) > 1 for part in parts):
        parts = [part for part in line.split(";") if part.strip()]
    return [name for part in parts for name in _listed(part)]


def _listed(text: str) -> list[str]:
    """Names between commas, when no part of them can be half of one name."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2 or not all(_is_whole(part) for part in parts):
        return [text]
    return parts


def _is_whole(part: str) -> bool:
    words = part.lower().split()
    return len(words) > 1 and words[0] not in PARTICLES and words[-1] not in SUFFIXES

"""Parse the authors of a paper that people type into a form. Pure."""

import re

from papers.names import PARTICLES, SUFFIXES, display_name, without_others

_AND = re.compile(r"\s+(?:and|&)\s+|\s*;\s*", re.IGNORECASE)


def typed_authors(text: str) -> tuple[str, ...]:
    """Return the authors in order, as "Given Family".

    The form asks for one name per line. "Lovelace, Ada" is reversed. "Ada Lovelace and Alan Turing",
    "Ada Lovelace; Alan Turing" and "Ada Lovelace, Alan Turing, Grace Hopper" are split; "Ministry of
    Food and Health" and "Martin King, Jr" are not.
    """
    return typed_byline(text)[0]


def typed_byline(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the authors, and whether the text omits some, as in "Ada Lovelace et al."."""
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
    """Split at commas if every part is a complete name; otherwise return the text unchanged."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) < 2 or not all(_is_whole(part) for part in parts):
        return [text]
    return parts


def _is_whole(part: str) -> bool:
    names = part.lower().split()
    return len(names) > 1 and names[0] not in PARTICLES and names[-1] not in SUFFIXES

"""Parse and format the names of people in catalogues. Pure."""

import re
from collections.abc import Iterable

PARTICLES = {
    *("af", "da", "de", "del", "della", "dem", "den", "der", "di", "do", "dos", "du", "la", "le"),
    *("mac", "ten", "ter", "van", "vaziri", "vom", "von", "zu", "zum", "zur"),
}
SUFFIXES = {"jr", "jr.", "sr", "sr.", "i", "ii", "iii", "iv", "v"}
_GROUP = re.compile(r"\b(?:collaboration|consortium|team|group|committee|project)\b", re.IGNORECASE)
# Marks for the authors that a byline omits.
_OTHERS = re.compile(
    r"(?:and\s+|&\s*)?(?:(?:many\s+|\d+\s+)?others|(?:et|and)\.?\s*al(?:ii|iae)?\.?|u\.\s?a\.?|\.*|…)",
    re.IGNORECASE,
)
_OTHERS_BEHIND = re.compile(
    r"\s*,?\s+(?:et(?:\.\s*|\s+)al(?:ii)?\b\.?|\.{3,}|…)[\s.,;]*\Z", re.IGNORECASE
)
_HOMONYM = re.compile(r"\s+\d{4}\Z")


def display_name(name: str) -> str:
    """Return a name as "Given Family", without DBLP's homonym number.

    "van den Oord, Aäron" gives "Aäron van den Oord", "King, Jr, Martin" gives "Martin King Jr".
    The name of a group, "{LIGO Collaboration}" or "ATLAS Collaboration", is not reordered.
    """
    name = _HOMONYM.sub("", " ".join(name.replace("~", " ").split())).strip(" ,;")
    if name.startswith("{") and name.endswith("}") and name.count("{") == 1:
        return name[1:-1].strip()
    name = name.replace("{", "").replace("}", "")
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if len(parts) < 2 or _GROUP.search(name):
        return name
    if len(parts) == 2:
        if parts[1].lower() in SUFFIXES:
            return f"{parts[0]} {parts[1]}"
        return f"{parts[1]} {parts[0]}"
    return f"{' '.join(parts[2:])} {parts[0]} {parts[1]}"


def without_others(names: Iterable[str]) -> tuple[list[str], bool]:
    """Return the authors without "others", "et al." and "…", and whether there was such a mark."""
    names = list(names)
    stripped = [_OTHERS_BEHIND.sub("", name) for name in names]
    authors = [name for name in stripped if not _OTHERS.fullmatch(name.strip(" ,;{}"))]
    return authors, authors != [name for name in names if name.strip(" ,;{}")]


def name_parts(name: str) -> tuple[str, str, str]:
    """Return ("Given", "Family", "Suffix") of a display name.

    The name of a group and a single word are returned as the family name.

    "Aäron van den Oord" gives ("Aäron", "van den Oord", ""), "Martin King Jr" gives
    ("Martin", "King", "Jr").
    """
    parts = name.split()
    if len(parts) < 2 or _GROUP.search(name):
        return "", name, ""
    end = len(parts)
    if parts[-1].lower() in SUFFIXES and end > 2:
        end -= 1
    start = end - 1
    while start > 1 and parts[start - 1].lower() in PARTICLES:
        start -= 1
    return " ".join(parts[:start]), " ".join(parts[start:end]), " ".join(parts[end:])


def split_name(name: str) -> tuple[str, str]:
    """Return ("Given", "Family") with the suffix in the family name: ("Martin", "King Jr")."""
    given_name, family, suffix = name_parts(name)
    return given_name, f"{family} {suffix}".strip()


def family_name(name: str) -> str:
    """Return the family name with the suffix."""
    return split_name(name)[1]


def short_reference(authors_text: str, year: int | None) -> str:
    """Return a short citation such as "Bahdanau et al., 2015".

    `authors_text` is the byline, "Dzmitry Bahdanau; Kyunghyun Cho; Yoshua Bengio".
    """
    families = [family_name(name) for name in authors_text.split("; ") if name]
    if not families:
        authors = "Unknown"
    elif len(families) == 1:
        authors = families[0]
    elif len(families) == 2:
        authors = f"{families[0]} and {families[1]}"
    else:
        authors = f"{families[0]} et al."
    return f"{authors}, {year}" if year else authors

"""Pure: names of people as catalogues write them."""

import re
from collections.abc import Iterable

PARTICLES = {
    *("af", "da", "de", "del", "della", "dem", "den", "der", "di", "do", "dos", "du", "la", "le"),
    *("mac", "ten", "ter", "van", "vaziri", "vom", "von", "zu", "zum", "zur"),
}
SUFFIXES = {"jr", "jr.", "sr", "sr.", "i", "ii", "iii", "iv", "v"}
_GROUP = re.compile(r"\b(?:collaboration|consortium|team|group|committee|project)\b", re.IGNORECASE)
# What stands for the authors that a byline leaves out.
_OTHERS = re.compile(
    r"(?:and\s+|&\s*)?(?:(?:many\s+|\d+\s+)?others|(?:et|and)\.?\s*al(?:ii|iae)?\.?|u\.\s?a\.?|\.*|…)",
    re.IGNORECASE,
)
_OTHERS_BEHIND = re.compile(
    r"\s*,?\s+(?:et(?:\.\s*|\s+)al(?:ii)?\b\.?|\.{3,}|…)[\s.,;]*\Z", re.IGNORECASE
)
_HOMONYM = re.compile(r"\s+\d{4}\Z")


def display_name(name: str) -> str:
    """ "Given Family" from any order, without DBLP's homonym number.

    "van den Oord, Aäron" gives "Aäron van den Oord", "King, Jr, Martin" gives "Martin King Jr".
    A group, "{LIGO Collaboration}" or "ATLAS Collaboration", stays whole.
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
    """The authors without "others", "et al." and "…", and whether there was such a mark."""
    names = list(names)
    whole = [_OTHERS_BEHIND.sub("", name) for name in names]
    kept = [name for name in whole if not _OTHERS.fullmatch(name.strip(" ,;{}"))]
    return kept, kept != [name for name in names if name.strip(" ,;{}")]


def name_parts(name: str) -> tuple[str, str, str]:
    """("Given", "Family", "Suffix") of a display name; a group or a single word is all family.

    "Aäron van den Oord" gives ("Aäron", "van den Oord", ""), "Martin King Jr" gives
    ("Martin", "King", "Jr").
    """
    words = name.split()
    if len(words) < 2 or _GROUP.search(name):
        return "", name, ""
    end = len(words)
    if words[-1].lower() in SUFFIXES and end > 2:
        end -= 1
    start = end - 1
    while start > 1 and words[start - 1].lower() in PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:end]), " ".join(words[end:])


def split_name(name: str) -> tuple[str, str]:
    """("Given", "Family") as `name_parts`, the suffix with the family: ("Martin", "King Jr")."""
    given, family, suffix = name_parts(name)
    return given, f"{family} {suffix}".strip()


def family_name(name: str) -> str:
    return split_name(name)[1]


def short_reference(authors_text: str, year: int | None) -> str:
    """ "Bahdanau et al., 2015" from "Dzmitry Bahdanau; Kyunghyun Cho; Yoshua Bengio" and 2015."""
    families = [family_name(name) for name in authors_text.split("; ") if name]
    if not families:
        who = "Unknown"
    elif len(families) == 1:
        who = families[0]
    elif len(families) == 2:
        who = f"{families[0]} and {families[1]}"
    else:
        who = f"{families[0]} et al."
    return f"{who}, {year}" if year else who

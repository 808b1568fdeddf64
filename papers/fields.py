"""Fields of research and the arXiv categories that belong to them, as data.

Category taxonomy: https://arxiv.org/category_taxonomy
"""

from collections.abc import Iterable, Sequence

# slug: (name, slug of the parent or "")
FIELDS = {
    "computer-science": ("Computer science", ""),
    "machine-learning": ("Machine learning", "computer-science"),
    "vision": ("Vision", "computer-science"),
    "language": ("Language", "computer-science"),
    "robotics": ("Robotics", "computer-science"),
    "systems": ("Systems", "computer-science"),
    "theory": ("Theory of computing", "computer-science"),
    "mathematics": ("Mathematics", ""),
    "statistics": ("Statistics", ""),
    "physics": ("Physics", ""),
    "biology": ("Biology", ""),
    "economics": ("Economics", ""),
    "engineering": ("Engineering", ""),
}

# A whole category first, then its archive: "cs.CV" before "cs".
CATEGORY_FIELDS = {
    "cs.LG": "machine-learning",
    "cs.NE": "machine-learning",
    "cs.AI": "machine-learning",
    "stat.ML": "machine-learning",
    "cs.CV": "vision",
    "cs.GR": "vision",
    "eess.IV": "vision",
    "cs.CL": "language",
    "cmp-lg": "language",
    "eess.AS": "language",
    "cs.RO": "robotics",
    "cs.DC": "systems",
    "cs.DB": "systems",
    "cs.OS": "systems",
    "cs.NI": "systems",
    "cs.PF": "systems",
    "cs.AR": "systems",
    "cs.SE": "systems",
    "cs.CC": "theory",
    "cs.DS": "theory",
    "cs.LO": "theory",
    "cs.IT": "theory",
    "cs": "computer-science",
    "math": "mathematics",
    "math-ph": "mathematics",
    "alg-geom": "mathematics",
    "stat": "statistics",
    "q-bio": "biology",
    "q-fin": "economics",
    "econ": "economics",
    "eess": "engineering",
    **dict.fromkeys(
        [
            "astro-ph",
            "cond-mat",
            "gr-qc",
            "hep-ex",
            "hep-lat",
            "hep-ph",
            "hep-th",
            "nlin",
            "nucl-ex",
            "nucl-th",
            "physics",
            "quant-ph",
        ],
        "physics",
    ),
}


def field_of_categories(categories: Sequence[str]) -> str:
    """The slug of the field of the first category that belongs to one, or "".

    ["cs.CV", "cs.LG"] gives "vision": arXiv puts the primary category first.
    """
    for category in categories:
        archive = category.split(".")[0]
        slug = CATEGORY_FIELDS.get(category) or CATEGORY_FIELDS.get(archive)
        if slug:
            return slug
    return ""


# The archives that arXiv's OAI-PMH interface has sets of, by group; closed ones such as "cmp-lg"
# have none: their papers are found in the archives that took them in.
OAI_GROUPS = {
    **{archive: archive for archive in ("cs", "econ", "eess", "math", "q-bio", "q-fin", "stat")},
    **dict.fromkeys(
        (
            *("astro-ph", "cond-mat", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph"),
            *("nlin", "nucl-ex", "nucl-th", "physics", "quant-ph"),
        ),
        "physics",
    ),
}


def oai_sets(slug: str) -> tuple[str, ...]:
    """The sets of arXiv's OAI-PMH interface with the papers of a field and of those under it.

    "language" gives ("cs:cs:CL", "eess:eess:AS"), "statistics" ("stat:stat",).
    Sets: https://info.arxiv.org/help/oa/index.html
    """
    wanted = {slug, *(child for child, (_, parent) in FIELDS.items() if parent == slug)}
    sets = set()
    for category, field in CATEGORY_FIELDS.items():
        archive, _, subject = category.partition(".")
        if field in wanted and archive in OAI_GROUPS:
            sets.add(":".join(filter(None, [OAI_GROUPS[archive], archive, subject])))
    return without_covered(sets)


def without_covered(sets: Iterable[str]) -> tuple[str, ...]:
    """Sets that are no part of another one, in order: "cs:cs:LG" goes where "cs:cs" is."""
    every = set(sets)
    return tuple(
        sorted(name for name in every if not any(name.startswith(f"{other}:") for other in every))
    )

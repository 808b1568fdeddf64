"""Fields of research and the arXiv categories that belong to them, as data.

Category taxonomy: https://arxiv.org/category_taxonomy
"""

from collections.abc import Sequence

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

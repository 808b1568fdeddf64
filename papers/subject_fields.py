"""Fields of research and their arXiv categories.

Category taxonomy: https://arxiv.org/category_taxonomy
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

# {slug: (name, slug of the parent or "")}; few enough for one select box.
FIELDS = {
    "computer-science": (_("Computer science"), ""),
    "machine-learning": (_("Machine learning"), "computer-science"),
    "vision": (_("Vision"), "computer-science"),
    "language": (_("Language"), "computer-science"),
    "robotics": (_("Robotics"), "computer-science"),
    "human-computer-interaction": (_("Human-computer interaction"), "computer-science"),
    "security": (_("Security"), "computer-science"),
    "systems": (_("Systems"), "computer-science"),
    "theory": (_("Theory of computing"), "computer-science"),
    "mathematics": (_("Mathematics"), ""),
    "statistics": (_("Statistics"), ""),
    "physics": (_("Physics"), ""),
    "astronomy": (_("Astronomy"), "physics"),
    "condensed-matter": (_("Condensed matter"), "physics"),
    "particle-physics": (_("Particle and nuclear physics"), "physics"),
    "quantum-physics": (_("Quantum physics"), "physics"),
    "chemistry": (_("Chemistry"), ""),
    "earth-science": (_("Earth science"), ""),
    "biology": (_("Biology"), ""),
    "neuroscience": (_("Neuroscience"), "biology"),
    "medicine": (_("Medicine"), ""),
    "economics": (_("Economics"), ""),
    "engineering": (_("Engineering"), ""),
}

_NAMES = {name for name, _parent in FIELDS.values()}

_taxonomy = json.loads(
    (Path(__file__).resolve().parent / "data" / "arxiv_categories.json").read_text(encoding="utf-8")
)
# The current categories, then archives; old papers have archives that were closed by 2007.
_ROWS = [*_taxonomy["categories"], *_taxonomy["archives"]]
CATEGORY_NAMES: dict[str, str] = {row["code"]: row["name"] for row in _ROWS}
# The field of each category; a category that is not listed has the field of its archive.
CATEGORY_FIELDS: dict[str, str] = {row["code"]: row["field"] for row in _ROWS}


def field_name(name: str) -> str:
    """Return the name of a field in the reader's language; names not in FIELDS are unchanged."""
    return gettext(name) if name in _NAMES else name


def category_name(code: str) -> str:
    """Return the name of an arXiv category, or `code` if it is unknown.

    "cs.CV" gives "Computer Vision and Pattern Recognition".
    """
    return CATEGORY_NAMES.get(code, code)


def field_of_categories(categories: Sequence[str]) -> str:
    """Return the slug of the field of the first known category, or "".

    ["cs.CV", "cs.LG"] gives "vision": arXiv puts the primary category first.
    """
    for category in categories:
        archive = category.split(".")[0]
        slug = CATEGORY_FIELDS.get(category) or CATEGORY_FIELDS.get(archive)
        if slug:
            return slug
    return ""


# The archives with sets in arXiv's OAI-PMH interface, by group. Closed ones such as "cmp-lg" have
# none: their papers are in the archives that replaced them.
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
    """Return the sets of arXiv's OAI-PMH interface for a field and its subfields.

    "language" gives ("cs:cs:CL", "eess:eess:AS"), "statistics" gives ("stat:stat",).

    Sets: https://info.arxiv.org/help/oa/index.html
    """
    slugs = {slug, *(child for child, (_, parent) in FIELDS.items() if parent == slug)}
    sets = set()
    for category, field in CATEGORY_FIELDS.items():
        archive, _, subject = category.partition(".")
        if field in slugs and archive in OAI_GROUPS:
            sets.add(":".join(filter(None, [OAI_GROUPS[archive], archive, subject])))
    return without_covered(sets)


def without_covered(sets: Iterable[str]) -> tuple[str, ...]:
    """Return the sets in order, without those inside another: "cs:cs:LG" is part of "cs:cs"."""
    every = set(sets)
    return tuple(
        sorted(name for name in every if not any(name.startswith(f"{other}:") for other in every))
    )

"""Pure: plain text, names and addresses as a BibTeX file can hold them.

`papers.citations.latex_to_unicode` reads them back. BibTeX counts every brace, escaped or not, and a percent sign ends
the line for TeX: a title must never break the file that it stands in.
"""

import re

from common.texmath import split_math
from papers.names import name_parts

# Characters that mean something to TeX outside of formulas.
_SPECIAL = str.maketrans(
    {
        **{letter: f"\\{letter}" for letter in "&%#_$"},
        **{"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"},
        **{"{": r"\textbraceleft{}", "}": r"\textbraceright{}"},
    }
)
_AND = re.compile(r"\sand\s", re.IGNORECASE)
_KEY_TROUBLE = re.compile(r"[\s,{}\"#%'=~\\]+")


def to_tex(text: str) -> str:
    """What TeX would read as commands is escaped; formulas stay, their braces in balance.

    "50% of $x_i$ & {more}" gives "50\\% of $x_i$ \\& \\textbraceleft{}more\\textbraceright{}".
    """
    spans = split_math(" ".join(text.split()))
    return "".join(
        span.source.translate(_SPECIAL) if span.kind == "text" else _formula(span.source)
        for span in spans
    )


def name_to_tex(name: str) -> str:
    """ "Martin van King Jr" gives "van King, Jr, Martin"; what is one name stays one in braces."""
    given, family, suffix = name_parts(name)
    parts = [part for part in (family, suffix, given) if part]
    if not given or any("," in part for part in parts) or _AND.search(name):
        return "{" + to_tex(name) + "}"
    return ", ".join(map(to_tex, parts))


def key_to_tex(key: str) -> str:
    """A citation key that ends where it should."""
    return _KEY_TROUBLE.sub("-", key).strip("-") or "paper"


def url_to_tex(url: str) -> str:
    """Addresses are read as they stand: only what would break the file is written otherwise."""
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def _formula(source: str) -> str:
    source = re.sub(r"(?<!\\)([%#])", r"\\\1", source)
    if not _is_balanced(source):
        source = source.replace(r"\{", r"\lbrace ").replace(r"\}", r"\rbrace ")
    return source if _is_balanced(source) else source.translate(_SPECIAL)


def _is_balanced(source: str) -> bool:
    depth = 0
    for letter in source:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth < 0:
            return False
    return depth == 0

"""Escape text, names and URLs for BibTeX files. Pure.

`papers.citations.latex_to_unicode` is the inverse. BibTeX counts every brace, escaped or not, and a
percent sign starts a comment in TeX, so that an unescaped title could break the file.
"""

import re

from common.texmath import split_math
from papers.names import name_parts

# Characters with a meaning in TeX outside formulas.
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
    r"""Escape a text for TeX; formulas are kept, with balanced braces.

    "50% of $x_i$ & {more}" gives "50\% of $x_i$ \& \textbraceleft{}more\textbraceright{}".
    """
    spans = split_math(" ".join(text.split()))
    return "".join(
        span.source.translate(_SPECIAL) if span.kind == "text" else _formula(span.source)
        for span in spans
    )


def name_to_tex(name: str) -> str:
    """Format a name for BibTeX: "Martin van King Jr" gives "van King, Jr, Martin".

    The name of a group is put in braces, so that BibTeX does not split it.
    """
    given_name, family, suffix = name_parts(name)
    parts = [part for part in (family, suffix, given_name) if part]
    if not given_name or any("," in part for part in parts) or _AND.search(name):
        return "{" + to_tex(name) + "}"
    return ", ".join(map(to_tex, parts))


def key_to_tex(key: str) -> str:
    """Replace characters that would end a citation key; an empty key becomes "paper"."""
    return _KEY_TROUBLE.sub("-", key).strip("-") or "paper"


def url_to_tex(url: str) -> str:
    """Percent-encode braces and backslashes in a URL; BibTeX reads all else literally."""
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

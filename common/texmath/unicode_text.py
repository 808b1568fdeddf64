"""Pure: formulas as Unicode, for places that show plain text alone.

"$\\alpha/r \\leq x^2$" gives "α/r ≤ x²"; what has no letter keeps its signs: "x^{n-1}" to "x^(n-1)".
"""

import re

from pylatexenc.latex2text import LatexNodes2Text

from common.per_thread import per_thread
from common.texmath import split_math

_UP = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_DOWN = dict(zip("0123456789+-=()aeijnx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₙₓ", strict=True))
_BLACKBOARD = dict(zip("RNZQCPE", "ℝℕℤℚℂℙ𝔼", strict=True))
_SCRIPT = re.compile(r"([\^_])\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|[^\s{}\\]))")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*(?:\[(\w)\])?\s*\{([^{}]*)\}")
_FRAMED = re.compile(
    r"\\(?:mathrm|mathbf|mathit|mathsf|mathtt|boldsymbol|bm|text|operatorname\*?)\s*\{([^{}]*)\}"
)
_DOUBLE = re.compile(r"\\mathbb\s*\{?([A-Z])\}?")
# Marks over a letter, as the combining signs of Unicode: https://www.unicode.org/charts/PDF/U0300.pdf
_OVER = {
    **{"hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303"},
    **{"bar": "\u0304", "overline": "\u0304", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7"},
}
_ACCENT = re.compile(
    rf"\\({'|'.join(_OVER)})(?![A-Za-z])\s*(?:\{{([^{{}}]*)\}}|(\\[A-Za-z]+|[^\s{{}}\\]))"
)
_NORM = re.compile(r"\\\||\\(?:lVert|rVert|Vert)(?![A-Za-z])")
_FUNCTION = re.compile(
    r"\\(log|ln|exp|sin|cos|tan|tanh|max|min|arg|lim|det|Pr|sup|inf)(?![A-Za-z])"
)
_MACRO_END = re.compile(r"(\\[A-Za-z]+)(\s+|(?=[^\s\w{]))")
_NESTED = 4
# Letters of nobody in place of marks that the converter would take away.
_KEPT = {"^": "\ue000", "_": "\ue001"}


def readable(text: str) -> str:
    """Plain text in which every formula is readable without its TeX."""
    return "".join(
        span.source if span.kind == "text" else formula(span.tex) for span in split_math(text)
    )


def formula(tex: str) -> str:
    tex = _FUNCTION.sub(r" \1 ", _NORM.sub("‖", tex))
    for _ in range(_NESTED):
        tex = _FRAMED.sub(r"\1", tex)
        tex = _DOUBLE.sub(lambda found: _BLACKBOARD.get(found[1], found[1]), tex)
        tex = _ACCENT.sub(_accented, tex)
        tex = _SCRIPT.sub(_script, tex)
        tex = _FRACTION.sub(lambda found: f"{_grouped(found[1])}/{_grouped(found[2])}", tex)
        tex = _ROOT.sub(_root, tex)
    tex = _MACRO_END.sub(lambda found: f"{found[1]}{{}}{' ' if found[2] else ''}", tex)
    try:
        plain = _converter().latex_to_text(tex)
    except Exception:  # The library has an error of its own for every way to be wrong.
        plain = tex
    for mark, letter in _KEPT.items():
        plain = plain.replace(letter, mark)
    return " ".join(plain.replace("{", "").replace("}", "").split())


def _root(found: re.Match[str]) -> str:
    degree = _UP.get(found[1] or "", "")
    return f"{degree}√{_grouped(found[2])}"


def _accented(found: re.Match[str]) -> str:
    """The mark over a letter; over more than one it is left out."""
    inner = (found[2] if found[2] is not None else found[3]).strip()
    is_one = re.fullmatch(r"\\[A-Za-z]+|.", inner)
    return f"{inner}{{}}{_OVER[found[1]]}" if is_one else inner


def _script(found: re.Match[str]) -> str:
    """A raised or lowered part, in small letters where Unicode has all of them."""
    sign, inner = found[1], (found[2] if found[2] is not None else found[3]).strip()
    table = _UP if sign == "^" else _DOWN
    if inner and all(letter in table for letter in inner):
        return "{}" + "".join(table[letter] for letter in inner)
    if inner in {"\\top", "T"} and sign == "^":
        return "ᵀ"
    if sign == "^" and inner in {"*", "\\ast", "\\prime", "'"}:
        return "′" if "prime" in inner or inner == "'" else "*"
    return f"{{}}{_KEPT[sign]}{_grouped(inner)}"


def _grouped(inner: str) -> str:
    inner = inner.strip()
    return inner if re.fullmatch(r"\\?\w+|.", inner) else f"({inner})"


# It keeps the formula that it is in.
@per_thread
def _converter() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", strict_latex_spaces=False)

r"""Write formulas as Unicode text, for places that only show plain text. Pure.

"$\alpha/r \leq x^2$" gives "α/r ≤ x²". What Unicode has no characters for stays readable: "x^{n+y}"
gives "x^(n+y)".
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
# Accents as combining characters of Unicode: https://www.unicode.org/charts/PDF/U0300.pdf
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
# Private-use characters in place of marks that the converter would remove.
_STAND_INS = {"^": "\ue000", "_": "\ue001"}


def readable(text: str) -> str:
    """Return plain text with its formulas written as Unicode."""
    return "".join(
        span.source if span.kind == "text" else formula(span.tex) for span in split_math(text)
    )


def formula(tex: str) -> str:
    r"""Return a formula as Unicode: "\alpha^2" gives "α²"."""
    tex = _FUNCTION.sub(r" \1 ", _NORM.sub("‖", tex))
    for _ in range(_NESTED):
        tex = _FRAMED.sub(r"\1", tex)
        tex = _DOUBLE.sub(lambda match: _BLACKBOARD.get(match[1], match[1]), tex)
        tex = _ACCENT.sub(_accented, tex)
        tex = _SCRIPT.sub(_script, tex)
        tex = _FRACTION.sub(lambda match: f"{_grouped(match[1])}/{_grouped(match[2])}", tex)
        tex = _ROOT.sub(_root, tex)
    tex = _MACRO_END.sub(lambda match: f"{match[1]}{{}}{' ' if match[2] else ''}", tex)
    try:
        plain = _converter().latex_to_text(tex)
    except Exception:  # The library raises many kinds of errors.
        plain = tex
    for mark, letter in _STAND_INS.items():
        plain = plain.replace(letter, mark)
    return " ".join(plain.replace("{", "").replace("}", "").split())


def _root(match: re.Match[str]) -> str:
    degree = _UP.get(match[1] or "", "")
    return f"{degree}√{_grouped(match[2])}"


def _accented(match: re.Match[str]) -> str:
    """Return a letter with its combining accent; more than one letter loses it."""
    inner = (match[2] if match[2] is not None else match[3]).strip()
    is_one = re.fullmatch(r"\\[A-Za-z]+|.", inner)
    return f"{inner}{{}}{_OVER[match[1]]}" if is_one else inner


def _script(match: re.Match[str]) -> str:
    """Return a superscript or subscript in Unicode characters, if all exist, or as "^(...)"."""
    sign, inner = match[1], (match[2] if match[2] is not None else match[3]).strip()
    table = _UP if sign == "^" else _DOWN
    if inner and all(letter in table for letter in inner):
        return "{}" + "".join(table[letter] for letter in inner)
    if inner in {"\\top", "T"} and sign == "^":
        return "ᵀ"
    if sign == "^" and inner in {"*", "\\ast", "\\prime", "'"}:
        return "′" if "prime" in inner or inner == "'" else "*"
    return f"{{}}{_STAND_INS[sign]}{_grouped(inner)}"


def _grouped(inner: str) -> str:
    inner = inner.strip()
    return inner if re.fullmatch(r"\\?\w+|.", inner) else f"({inner})"


# A converter keeps state while it works on a formula.
@per_thread
def _converter() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", strict_latex_spaces=False)

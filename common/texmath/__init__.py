"""Find TeX formulas in text, and typeset them as MathML with the TeX in an annotation.

math-core is tried first: it is fast and writes only MathML Core. KaTeX, in an embedded JavaScript
engine, knows more commands and gets the formulas that math-core refuses. If both refuse a formula,
its source is shown.
MathML Core: https://www.w3.org/TR/mathml-core/
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import math_core

from common.per_thread import per_thread
from common.texmath import katex
from common.texmath.macros import Macro, expand
from common.texmath.tables import classes_of_style, with_classes

MAX_FORMULA_CHARACTERS = 5_000
# The typesetters recurse into nested groups. No real formula is nested this deeply.
MAX_DEPTH = 60


@dataclass(frozen=True)
class Formula:
    """A typeset formula. If `error` isn't None, `mathml` is <code> with the source instead."""

    mathml: str
    error: str | None = None


@dataclass(frozen=True)
class Span:
    """A part of a text: `kind` is "text", "inline" or "display", and `source` is the original text.

    `tex` is the formula without its delimiters; `start` is the index in the text.
    """

    kind: str
    source: str
    tex: str = ""
    start: int = 0


@lru_cache(maxsize=20_000)
def typeset(tex: str, *, display: bool = False, source: str = "") -> Formula:
    """Return one formula as MathML. Never raises; the time is always bounded.

    The annotation contains `source`, if given, instead of `tex`: the formula before its macros were
    expanded.
    """
    tex = tex.strip()
    source = (source or tex).strip()
    problem = _limit_problem(tex)
    if problem:
        return _show_source(source, problem)
    rewritten = _rewrite_for_math_core(tex)
    mathml = ""
    try:
        mathml = _by_math_core(rewritten, display=display)
    except math_core.LatexError as error:
        problem = str(error).partition(": ")[2].rstrip(".") or str(error)
        for attempt in dict.fromkeys([rewritten, _rewrite_for_katex(rewritten)]):
            try:
                mathml = with_classes(katex.typeset(attempt, display=display), attempt)
            except katex.KatexError:
                continue
            break
    if not mathml:
        return _show_source(source, problem.replace('"', ""))
    mathml = _without_short_forms(mathml).replace(_NAMESPACE, "", 1)
    return Formula(
        _ANNOTATION.sub(lambda match: match[1] + escape(source, quote=False) + match[2], mathml)
    )


def _by_math_core(tex: str, *, display: bool) -> str:
    """Typeset with math-core; raise LatexError if it refuses the formula."""
    mathml = _converter().convert_with_local_state(tex, displaystyle=display)
    return with_classes(_without_styles(_without_short_forms(mathml)))


def _without_short_forms(mathml: str) -> str:
    """Return MathML as a browser serialises it: <mi></mi>, not <mi/>, and no named entities."""
    return _EMPTY.sub(r"<\1\2></\1>", mathml).replace("&ApplyFunction;", "\u2061")


_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_EMPTY = re.compile(r"<(m[a-z]+)((?: [a-z]+=\"[^\"]*\")*) ?/>")
_ANNOTATION = re.compile(r"(<annotation [^>]*>)[^<]*(</annotation>)")
# Inside \text{step_size} an underscore is meant literally.
_TEXT = re.compile(r"\\(?:text|textrm|textbf|textit|texttt|mbox)\{(?:[^{}\\$]|\\[_%#&{} ])*\}")
_UNDERSCORE = re.compile(r"(?<!\\)_")
# \dv{x} f, with one argument, is the derivative of whatever follows.
_ONE_DERIVED = re.compile(r"\\(p?dv)(?=\s*\{[^{}]*\}(?!\s*\{))")
# Commands that math-core doesn't know or prints literally, as ones that it knows.
_MATH_CORE_REWRITES = (
    # GitHub's Markdown removes one of two backslashes, so people write four to end a row.
    (re.compile(r"\\\\[ \t]*\\\\"), r"\\\\"),
    (re.compile(r"(\\\\)\*?[ \t]*\[\s*-?[\d.]+\s*(?:em|ex|pt|px|mm|cm|in|mu|pc|bp)\s*\]"), r"\1"),
    (re.compile(r"\\(begin|end)\{split\}"), r"\\\1{aligned}"),
    (re.compile(r"\\(begin|end)\{flalign(\*?)\}"), r"\\\1{align\2}"),
    # People escape a star for Markdown. TeX has no \*.
    (re.compile(r"(?<!\\)\\\*"), "*"),
    (re.compile(r"\\(left|right|[bB]igg?[lr]?)\s*(?<!\\)([{}])"), r"\\\1\\\2"),
    (re.compile(r"\\hdots(?![A-Za-z])"), r"\\dots"),
    (re.compile(r"\\mathds(?![A-Za-z])"), r"\\mathbb"),
    (
        re.compile(r"\\fcolorbox\s*\{[^{}]*\}\s*\{([^{}]*)\}\s*\{([^{}]*)\}"),
        r"\\boxed{\\colorbox{\1}{\2}}",
    ),
    (re.compile(r"\\label\s*\{[^{}]*\}"), ""),
)
# From the LaTeX packages physics and commath, which MathJax supports.
_OF_PACKAGES = {
    "norm": Macro(r"\left\lVert #1 \right\rVert", 1),
    "abs": Macro(r"\left\lvert #1 \right\rvert", 1),
    "dv": Macro(r"\frac{\mathrm{d} #1}{\mathrm{d} #2}", 2),
    "pdv": Macro(r"\frac{\partial #1}{\partial #2}", 2),
}
_EQNARRAY = re.compile(
    r"\\begin\{eqnarray(\*?)\}((?:(?!\\begin\{).)*?)\\end\{eqnarray\*?\}", re.DOTALL
)
_RELATION_COLUMN = re.compile(r"(?<!\\)&([^&]*?)(?<!\\)&")


def _rewrite_for_math_core(tex: str) -> str:
    """Replace what math-core doesn't know by equivalents that it knows."""
    for pattern, replacement in _MATH_CORE_REWRITES:
        tex = pattern.sub(replacement, tex)
    tex = _TEXT.sub(lambda match: _UNDERSCORE.sub(r"\\_", match[0]), tex)
    tex = expand(_ONE_DERIVED.sub(r"\\\1{}", tex), _OF_PACKAGES)[0]
    return _EQNARRAY.sub(_as_align, tex)


def _as_align(match: re.Match[str]) -> str:
    """Rewrite an eqnarray as an align: its separate column for the relation is merged with the next."""
    rows = [_RELATION_COLUMN.sub(r"&\1 ", row, count=1) for row in match[2].split("\\\\")]
    return rf"\begin{{align{match[1]}}}" + "\\\\".join(rows) + rf"\end{{align{match[1]}}}"


# Commands that people use and neither typesetter knows, as ones that KaTeX knows.
_KATEX_REWRITES = (
    (re.compile(r"\\begin\{eqnarray\*?\}"), r"\\begin{darray}{rcl}"),
    (re.compile(r"\\end\{eqnarray\*?\}"), r"\\end{darray}"),
    (re.compile(r"\\(begin|end)\{flalign(\*?)\}"), r"\\\1{align\2}"),
    (re.compile(r"\\(?:SI|qty)\{([^{}]*)\}\{([^{}]*)\}"), r"\1\\,\\mathrm{\2}"),
    (re.compile(r"\\mathbbm(?![a-zA-Z])"), r"\\mathbb"),
    (re.compile(r"\\pmb(?![a-zA-Z])"), r"\\boldsymbol"),
    (re.compile(r"\\mbox(?![a-zA-Z])"), r"\\text"),
    (re.compile(r"\\newcommand(?![a-zA-Z])"), r"\\providecommand"),
)


def _rewrite_for_katex(tex: str) -> str:
    """Replace what KaTeX doesn't know by equivalents that it knows."""
    for pattern, replacement in _KATEX_REWRITES:
        tex = pattern.sub(replacement, tex)
    return tex


def _show_source(tex: str, problem: str) -> Formula:
    code = f'<code class="tex-error" title="{escape(problem)}">{escape(tex)}</code>'
    return Formula(code, problem)


def _limit_problem(tex: str) -> str:
    """Return why a formula is not typeset at all, or "": it is empty, too long or nested too deep."""
    if not tex:
        return "The formula is empty"
    if len(tex) > MAX_FORMULA_CHARACTERS:
        return f"A formula has at most {MAX_FORMULA_CHARACTERS:,} characters"
    depth = deepest = 0
    for opening in re.finditer(
        r"\\(?:left|begin|frac|sqrt)\b|\\(?:right|end)\b|(?<!\\)[{}^_]", tex
    ):
        mark = opening[0]
        if mark in {"{", "\\left", "\\begin"}:
            depth += 1
        elif mark in {"}", "\\right", "\\end"}:
            depth -= 1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH or re.search(r"(?:(?:\\\w+|[\^_])\s*){120}", tex):
        return "The formula is nested too deep"
    return ""


# A converter used by two threads at once raises `math_core.LockError` instead of waiting.
@per_thread
def _converter() -> math_core.LatexToMathML:
    return math_core.LatexToMathML(annotation=True, fancy_error=False)


# math-core writes style attributes, which our content security policy blocks.
_STYLE = re.compile(r' style="([^"]*)"')


def _without_styles(mathml: str) -> str:
    return _STYLE.sub(_class_for, mathml)


def _class_for(style: re.Match[str]) -> str:
    names = classes_of_style(style[1])
    colour = re.search(r"(?<!-)color:\s*(#[0-9A-Fa-f]{3,8})", style[1])
    return (f' class="{names}"' if names else "") + (f' mathcolor="{colour[1]}"' if colour else "")


# -- finding formulas ----------------------------------------------------------------------------------

# LaTeX allows the second row only inside math mode, but people write it without dollar signs.
ENVIRONMENTS = (
    "equation|align|alignat|gather|multline|eqnarray|displaymath|math|flalign"
    "|aligned|alignedat|gathered|split|cases|array|[bBpvV]?matrix"
)
OPENING = re.compile(
    r"(?P<doubled>\\\\[\[(])"
    r"|\\(?P<escaped>[\\$])"
    r"|(?P<dollars>\$\$)"
    r"|(?P<bracket>\\\[)"
    r"|(?P<paren>\\\()"
    rf"|\\begin\{{(?P<env>(?:{ENVIRONMENTS})\*?)\}}"
    r"|(?P<ticked>\$`)"
    r"|(?P<dollar>\$)"
)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_NEXT_DOLLAR = re.compile(r"(?<!\\)(?:\\\\)*\$")
# A formula inside the text of a formula: \text{for all $x$}.
_OPEN_TEXT = re.compile(
    r"\\(?:text[a-z]*|mbox|f?colorbox(?:\{[^{}$]*\}){1,2}) ?\{(?:[^{}$]|\$[^{}$]*\$)*\Z"
)
_MOST_FORMULAS_IN_TEXT = 8
_TEX_SIGN = re.compile(r"[\\^_{]")
# "$5 a month or 3$": a number followed by plain words is a price. "$0.5$" is a formula.
_MONEY = re.compile(
    r"\d[\d.,]*+\s*(?:[kKMB]|bn)?[\s,;.]+(?:(?:a|an|or|to|per|and|in)\b|[A-Za-z]{3,}\b|\d)"
)
# Escaped square brackets around plain text, \[12\] or \[Smith 2015\]: a citation or a remark.
_TEXT_IN_BRACKETS = re.compile(
    r"\s*(?:\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*+|\.\.\.|…"
    r"|(?=[^\n]*[A-Za-z]{4})[^\\^_={}+\n<>|$]*+)\s*\Z"
)


def closing_of(opening: re.Match[str]) -> str:
    """Return the delimiter that closes the formula opened by a match of OPENING: "$$" for "$$"."""
    if opening["env"]:
        return f"\\end{{{opening['env']}}}"
    if opening["doubled"]:
        return "\\\\]" if opening["doubled"].endswith("[") else "\\\\)"
    return {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$`": "`$", "$": "$"}[opening[0]]


def formula_at(text: str, opening: re.Match[str]) -> tuple[str, str, int] | None:
    """Return (kind, tex, end) of the formula that `opening`, a match of OPENING, starts.

    `kind` is "inline" or "display"; `end` is the index after the closing delimiter. Return None for
    an escape, a price, plain text in brackets or a formula that isn't closed in its paragraph.
    """
    start, begin = opening.start(), opening.end()
    if opening["escaped"]:
        return None
    if opening["dollar"]:
        return _inline_dollars(text, begin)
    closing = closing_of(opening)
    # A display formula may contain a blank line by mistake, but must not swallow the whole text.
    end = text.find(closing, begin, begin + MAX_FORMULA_CHARACTERS + len(closing))
    if opening["env"] and end >= 0:
        end = _end_of_environment(text, begin, end, opening[0], closing)
    if end <= begin or not text[begin:end].strip():
        return None
    tex = text[begin:end]
    is_inline = closing in {"\\)", "\\\\)", "`$"}
    if is_inline and _PARAGRAPH_END.search(tex):
        return None
    if opening["env"]:
        end += len(closing)
        return "display", text[start:end], end
    if is_text_in_brackets(opening, tex):
        return None
    return "inline" if is_inline else "display", tex, end + len(closing)


def is_text_in_brackets(opening: re.Match[str], tex: str) -> bool:
    r"""Return whether \[...\] contains a citation or a link, as in \[12\] and \[[a](b)\]."""
    if not opening[0].endswith("["):
        return False
    is_nothing = not re.search(r"[^\W_]", tex)
    return is_nothing or "](" in tex or "://" in tex or bool(_TEXT_IN_BRACKETS.match(tex))


def _end_of_environment(text: str, begin: int, end: int, opening: str, closing: str) -> int:
    """Return where an environment ends that contains others of the same name, or -1."""
    limit = begin + MAX_FORMULA_CHARACTERS + len(closing)
    depth, position = text.count(opening, begin, end), end
    while depth and position >= 0:
        last = position + len(closing)
        position = text.find(closing, last, limit)
        depth += text.count(opening, last, position) - 1 if position >= 0 else 0
    return position


def _inline_dollars(text: str, begin: int) -> tuple[str, str, int] | None:
    r"""Return (kind, tex, end) of a formula in single dollar signs, by Pandoc's rule.

    There is no space just inside the dollar signs and no digit after the second one. A digit may
    follow when the formula is clearly TeX and not a price: "45$^{\circ}$598".
    https://pandoc.org/MANUAL.html#math
    """
    if begin >= len(text) or text[begin].isspace():
        return None
    limit = begin + MAX_FORMULA_CHARACTERS
    match = _NEXT_DOLLAR.search(text, begin, limit)
    if not match:
        return None
    for _ in range(_MOST_FORMULAS_IN_TEXT):
        if not _OPEN_TEXT.search(text, begin, match.start()):
            break
        inner = _NEXT_DOLLAR.search(text, match.end(), limit)
        match = inner and _NEXT_DOLLAR.search(text, inner.end(), limit)
        if not match:
            return None
    end = match.end() - 1
    tex = text[begin:end]
    after = text[end + 1 : end + 2]
    if not tex.strip() or tex[-1].isspace() or "\n\n" in tex:
        return None
    if after.isdigit() and not _TEX_SIGN.search(tex):
        return None
    if (
        ("\\" not in tex and _MONEY.match(tex))
        or "`" in tex
        or "\\cite" in tex
        or _PARAGRAPH_END.search(tex)
    ):
        return None
    return "inline", tex, end + 1


def split_math(text: str) -> list[Span]:
    """Split plain text into spans of text and formulas.

    "price $5, size $n^2$" gives text "price $5, size " and inline "n^2".
    """
    spans: list[Span] = []
    position = text_start = 0
    while opening := OPENING.search(text, position):
        formula = formula_at(text, opening)
        if formula is None:
            position = opening.end()
            continue
        kind, tex, end = formula
        if opening.start() > text_start:
            spans.append(Span("text", text[text_start : opening.start()], start=text_start))
        spans.append(Span(kind, text[opening.start() : end], tex, opening.start()))
        position = text_start = end
    if text_start < len(text):
        spans.append(Span("text", text[text_start:], start=text_start))
    return spans

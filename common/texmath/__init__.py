"""TeX formulas: find them in text, typeset them to MathML with their TeX in an annotation.

`math-core` typesets first: it is fast and keeps to MathML Core. What it refuses, KaTeX tries in
an embedded JavaScript engine: it knows more commands. What both refuse is shown as its source.
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
# Nested groups make the typesetters recurse; no formula that a person reads nests this deep.
MAX_DEPTH = 60


@dataclass(frozen=True)
class Formula:
    """`mathml` is what to show; `error` tells why it is only the source, or is None."""

    mathml: str
    error: str | None = None


@dataclass(frozen=True)
class Span:
    """A piece of text: `kind` is "text", "inline" or "display"; `source` as it stood there."""

    kind: str
    source: str
    tex: str = ""
    start: int = 0


@lru_cache(maxsize=20_000)
def typeset(tex: str, *, display: bool = False, source: str = "") -> Formula:
    """One formula as MathML; never raises, always bounded in time.

    The annotation holds `source`, which is what the author wrote where `tex` is not.
    """
    tex = tex.strip()
    source = (source or tex).strip()
    problem = _too_much(tex)
    if problem:
        return _source(source, problem)
    simpler = _in_simpler_words(tex)
    mathml = ""
    try:
        mathml = _by_math_core(simpler, display=display)
    except math_core.LatexError as error:
        problem = str(error).partition(": ")[2].rstrip(".") or str(error)
        for attempt in dict.fromkeys([simpler, _in_other_words(simpler)]):
            try:
                mathml = with_classes(katex.typeset(attempt, display=display), attempt)
            except katex.KatexError:
                continue
            break
    if not mathml:
        return _source(source, problem.replace('"', ""))
    mathml = _written_out(mathml).replace(_NAMESPACE, "", 1)
    return Formula(
        _ANNOTATION.sub(lambda found: found[1] + escape(source, quote=False) + found[2], mathml)
    )


def _by_math_core(tex: str, *, display: bool) -> str:
    """Raises LatexError."""
    mathml = _converter().convert_with_local_state(tex, displaystyle=display)
    return with_classes(_without_styles(_written_out(mathml)))


def _written_out(mathml: str) -> str:
    """As a browser would write it: no short forms, no names of letters."""
    return _EMPTY.sub(r"<\1\2></\1>", mathml).replace("&ApplyFunction;", "\u2061")


_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_EMPTY = re.compile(r"<(m[a-z]+)((?: [a-z]+=\"[^\"]*\")*) ?/>")
_ANNOTATION = re.compile(r"(<annotation [^>]*>)[^<]*(</annotation>)")
# In words an underscore is one: \\text{step_size}.
_TEXT = re.compile(r"\\(?:text|textrm|textbf|textit|texttt|mbox)\{(?:[^{}\\$]|\\[_%#&{} ])*\}")
_UNDERSCORE = re.compile(r"(?<!\\)_")
# \\dv{x} f is the derivative of what follows.
_ONE_DERIVED = re.compile(r"\\(p?dv)(?=\s*\{[^{}]*\}(?!\s*\{))")
# What math-core does not know or prints as it stands, in words that it does.
_SIMPLER_WORDS = (
    # GitHub takes one of two backslashes away, so that people write four for the end of a row.
    (re.compile(r"\\\\[ \t]*\\\\"), r"\\\\"),
    (re.compile(r"(\\\\)\*?[ \t]*\[\s*-?[\d.]+\s*(?:em|ex|pt|px|mm|cm|in|mu|pc|bp)\s*\]"), r"\1"),
    (re.compile(r"\\(begin|end)\{split\}"), r"\\\1{aligned}"),
    (re.compile(r"\\(begin|end)\{flalign(\*?)\}"), r"\\\1{align\2}"),
    # Markdown wants a star escaped, TeX does not.
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
# Of the packages physics and commath, which people know from MathJax.
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


def _in_simpler_words(tex: str) -> str:
    for pattern, words in _SIMPLER_WORDS:
        tex = pattern.sub(words, tex)
    tex = _TEXT.sub(lambda found: _UNDERSCORE.sub(r"\\_", found[0]), tex)
    tex = expand(_ONE_DERIVED.sub(r"\\\1{}", tex), _OF_PACKAGES)[0]
    return _EQNARRAY.sub(_as_align, tex)


def _as_align(found: re.Match[str]) -> str:
    """Eqnarray has a column for the relation alone; align has the relation begin the second."""
    rows = [_RELATION_COLUMN.sub(r"&\1 ", row, count=1) for row in found[2].split("\\\\")]
    return rf"\begin{{align{found[1]}}}" + "\\\\".join(rows) + rf"\end{{align{found[1]}}}"


# What people write and neither typesetter knows, in words that KaTeX does.
_OTHER_WORDS = (
    (re.compile(r"\\begin\{eqnarray\*?\}"), r"\\begin{darray}{rcl}"),
    (re.compile(r"\\end\{eqnarray\*?\}"), r"\\end{darray}"),
    (re.compile(r"\\(begin|end)\{flalign(\*?)\}"), r"\\\1{align\2}"),
    (re.compile(r"\\(?:SI|qty)\{([^{}]*)\}\{([^{}]*)\}"), r"\1\\,\\mathrm{\2}"),
    (re.compile(r"\\mathbbm(?![a-zA-Z])"), r"\\mathbb"),
    (re.compile(r"\\pmb(?![a-zA-Z])"), r"\\boldsymbol"),
    (re.compile(r"\\mbox(?![a-zA-Z])"), r"\\text"),
    (re.compile(r"\\newcommand(?![a-zA-Z])"), r"\\providecommand"),
)


def _in_other_words(tex: str) -> str:
    for pattern, words in _OTHER_WORDS:
        tex = pattern.sub(words, tex)
    return tex


def _source(tex: str, problem: str) -> Formula:
    code = f'<code class="tex-error" title="{escape(problem)}">{escape(tex)}</code>'
    return Formula(code, problem)


def _too_much(tex: str) -> str:
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


# It has a lock that it fails to take rather than wait for: `math_core.LockError`.
@per_thread
def _converter() -> math_core.LatexToMathML:
    return math_core.LatexToMathML(annotation=True, fancy_error=False)


# math-core says by style attributes what a strict policy lets only a stylesheet say.
_STYLE = re.compile(r' style="([^"]*)"')


def _without_styles(mathml: str) -> str:
    return _STYLE.sub(_class_for, mathml)


def _class_for(style: re.Match[str]) -> str:
    names = classes_of_style(style[1])
    colour = re.search(r"(?<!-)color:\s*(#[0-9A-Fa-f]{3,8})", style[1])
    return (f' class="{names}"' if names else "") + (f' mathcolor="{colour[1]}"' if colour else "")


# -- finding ----------------------------------------------------------------------------------

# Of these, the second row stands inside dollars for LaTeX; people write it without.
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
# A formula within the words of a formula: \\text{for all $x$}.
_OPEN_WORDS = re.compile(
    r"\\(?:text[a-z]*|mbox|f?colorbox(?:\{[^{}$]*\}){1,2}) ?\{(?:[^{}$]|\$[^{}$]*\$)*\Z"
)
_MOST_IN_WORDS = 8
_TEX_SIGN = re.compile(r"[\\^_{]")
# "$5 a month or 3$": a number that goes on in plain words is money, "$0.5$" is not.
_MONEY = re.compile(
    r"\d[\d.,]*+\s*(?:[kKMB]|bn)?[\s,;.]+(?:(?:a|an|or|to|per|and|in)\b|[A-Za-z]{3,}\b|\d)"
)
# In brackets with a backslash, as in \[12\] or \[Smith 2015\]: a citation, or a word of the writer.
_WORDS_IN_BRACKETS = re.compile(
    r"\s*(?:\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*+|\.\.\.|…"
    r"|(?=[^\n]*[A-Za-z]{4})[^\\^_={}+\n<>|$]*+)\s*\Z"
)


def closing_of(opening: re.Match[str]) -> str:
    """What ends the formula that a match of OPENING begins."""
    if opening["env"]:
        return f"\\end{{{opening['env']}}}"
    if opening["doubled"]:
        return "\\\\]" if opening["doubled"].endswith("[") else "\\\\)"
    return {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "$`": "`$", "$": "$"}[opening[0]]


def formula_at(text: str, opening: re.Match[str]) -> tuple[str, str, int] | None:
    """The formula that `opening`, a match of OPENING, begins: (kind, tex, end), or None.

    `kind` is "inline" or "display". None for an escape, a price, words in brackets or an opening
    that is never closed in its paragraph.
    """
    start, begin = opening.start(), opening.end()
    if opening["escaped"]:
        return None
    if opening["dollar"]:
        return _inline_dollars(text, begin)
    closing = closing_of(opening)
    # Display formulas may hold blank lines by mistake, but not the rest of the document.
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
    if is_words_in_brackets(opening, tex):
        return None
    return "inline" if is_inline else "display", tex, end + len(closing)


def is_words_in_brackets(opening: re.Match[str], tex: str) -> bool:
    """Whether square brackets with a backslash hold a citation or a link: \\[12\\], \\[[a](b)\\]."""
    if not opening[0].endswith("["):
        return False
    is_nothing = not re.search(r"[^\W_]", tex)
    return is_nothing or "](" in tex or "://" in tex or bool(_WORDS_IN_BRACKETS.match(tex))


def _end_of_environment(text: str, begin: int, end: int, opening: str, closing: str) -> int:
    """Where the environment ends that holds others of its name."""
    limit = begin + MAX_FORMULA_CHARACTERS + len(closing)
    depth, position = text.count(opening, begin, end), end
    while depth and position >= 0:
        last = position + len(closing)
        position = text.find(closing, last, limit)
        depth += text.count(opening, last, position) - 1 if position >= 0 else 0
    return position


def _inline_dollars(text: str, begin: int) -> tuple[str, str, int] | None:
    """Pandoc's rule: no blank inside the dollars at either end, no digit behind the second.

    A digit may follow when what stands before is TeX and no price: "45$^{\\circ}$598".
    """
    if begin >= len(text) or text[begin].isspace():
        return None
    limit = begin + MAX_FORMULA_CHARACTERS
    found = _NEXT_DOLLAR.search(text, begin, limit)
    if not found:
        return None
    for _ in range(_MOST_IN_WORDS):
        if not _OPEN_WORDS.search(text, begin, found.start()):
            break
        inner = _NEXT_DOLLAR.search(text, found.end(), limit)
        found = inner and _NEXT_DOLLAR.search(text, inner.end(), limit)
        if not found:
            return None
    end = found.end() - 1
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
    """Plain text with TeX in it, cut into spans of text and formulas.

    "price $5, size $n^2$" gives text "price $5, size " and inline "n^2".
    """
    spans: list[Span] = []
    position = written = 0
    while opening := OPENING.search(text, position):
        formula = formula_at(text, opening)
        if formula is None:
            position = opening.end()
            continue
        kind, tex, end = formula
        if opening.start() > written:
            spans.append(Span("text", text[written : opening.start()], start=written))
        spans.append(Span(kind, text[opening.start() : end], tex, opening.start()))
        position = written = end
    if written < len(text):
        spans.append(Span("text", text[written:], start=written))
    return spans

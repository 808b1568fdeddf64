"""Convert titles and abstracts from outside catalogues, plain text with TeX, to HTML.

They contain no markup: angle brackets are escaped, and only formulas are typeset.
"""

import re
from html import escape

from django.utils.safestring import SafeString

from common.texmath import split_math, typeset
from common.text.sanitize import sanitise

# Raise it whenever the same text gives different HTML: `manage.py prepare` then typesets all papers.
TYPESETTING_VERSION = 2

_PARAGRAPHS = re.compile(r"\n[ \t]*\n|\n {2,}(?=\S)")
# TeX that authors use in abstracts outside formulas: {\it x}, \emph{x}, ``x'', --, ~
_STYLED = re.compile(r"\\(?:emph|textit|textbf|textsc|texttt|textrm|text|mbox)\{([^{}]*)\}")
_SWITCHED = re.compile(r"\{\\(?:it|em|bf|sc|tt|rm)\s+([^{}]*)\}")
_MARKS = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"), ("~", " "), (r"\$", "$"))
_ESCAPED = re.compile(r"\\([&%#_{}])")
# A line may break after a formula, but not before its full stop: a word joiner prevents that.
_BEFORE_PUNCTUATION = re.compile(r"</math>(?=[.,;:!?)\]…’”%])")


def plain_to_html(text: str) -> SafeString:
    """Convert text with TeX to inline HTML; line breaks become spaces."""
    return sanitise(_inline(" ".join(text.split())))


def plain_to_paragraphs(text: str) -> SafeString:
    """Convert text with TeX to <p> elements.

    Paragraphs are separated by a blank line, or by a newline and two spaces, as in the abstracts of
    arXiv.
    """
    paragraphs = (" ".join(part.split()) for part in _PARAGRAPHS.split(text.strip()))
    return sanitise("".join(f"<p>{_inline(part)}</p>" for part in paragraphs if part))


def _inline(text: str) -> str:
    html = "".join(
        escape(_readable(span.source)) if span.kind == "text" else typeset(span.tex).mathml
        for span in split_math(text)
    )
    return _BEFORE_PUNCTUATION.sub("</math>\u2060", html)


def _readable(text: str) -> str:
    text = _STYLED.sub(r"\1", text)
    text = _SWITCHED.sub(r"\1", text)
    for mark, letter in _MARKS:
        text = text.replace(mark, letter)
    return _ESCAPED.sub(r"\1", text)

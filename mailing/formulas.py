"""Pure: sanitised HTML for mail programs, where every formula can be read with and without MathML.

Apple Mail and Thunderbird show MathML. Gmail and Outlook drop its tags and keep the letters, TeX
annotation included, which makes "x²" to "x2x^2". So each formula is there twice, as Unicode text
and as MathML, and one of them is hidden: the MathML by an attribute of its own, because programs
that drop MathML may drop the mail's <style> too; the text by a rule that only programs with MathML
Core know (`@supports (math-style: compact)`), which shows the MathML in turn. Outlook for Windows
hides nothing, so it never gets to see the MathML: conditional comments keep it out.
"""

import re
from html import escape, unescape

from lxml import html as lxml_html

from summaries.announcing.readable_math import formula

_MATH = re.compile(r"<math\b[^>]*>.*?</math>", re.DOTALL)
_TEX = re.compile(
    r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL | re.IGNORECASE
)
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|tr|pre|blockquote|figcaption)>|<br\s*/?>")


def with_text_beside(html: str) -> str:
    """Every <math> gets the formula as text for programs without MathML; the rest stays."""
    return _MATH.sub(_both, html)


def as_text(html: str) -> str:
    """Sanitised HTML as one line of text with readable formulas."""
    html = _MATH.sub(lambda found: escape(_readable(found[0])), html)
    if not html.strip():
        return ""
    root = lxml_html.fromstring(f"<div>{_BLOCK_END.sub(' ', html)}</div>")
    # A word joiner keeps a formula and its comma together on a page; here it is noise.
    return " ".join(root.text_content().replace("\u2060", "").split())


def shortened(text: str, words: int) -> str:
    """At most so many words, with "…" where some are left out."""
    parts = text.split()
    if len(parts) <= words:
        return " ".join(parts)
    return " ".join(parts[:words]).rstrip(" ,;:.") + " …"


def _both(found: re.Match) -> str:
    math = _TEX.sub("", found[0])
    return (
        f'<span class="fx">{escape(_readable(found[0]), quote=False)}</span>'
        f'<!--[if !mso]><!--><span class="fm" style="display:none">{math}</span><!--<![endif]-->'
    )


def _readable(math: str) -> str:
    told = _TEX.search(math)
    return formula(unescape(told[1])) if told else unescape(re.sub(r"<[^>]*>", "", math))

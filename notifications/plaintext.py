"""Pure: people's HTML as one line of plain text, for rows of notifications and for mail."""

import re
from html import escape, unescape

from lxml import html as lxml_html

from common.texmath.unicode_text import formula, readable

MATH = re.compile(r"<math\b[^>]*>.*?</math>", re.DOTALL)
TEX = re.compile(
    r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL | re.IGNORECASE
)
_BLOCK_END = re.compile(r"</(?:p|div|li|h[1-6]|tr|pre|blockquote|figcaption)>|<br\s*/?>")


def as_text(html: str) -> str:
    """Sanitised HTML as one line of text with readable formulas."""
    html = MATH.sub(lambda found: escape(readable_formula(found[0])), html)
    if not html.strip():
        return ""
    root = lxml_html.fromstring(f"<div>{_BLOCK_END.sub(' ', html)}</div>")
    # A word joiner keeps a formula and its comma together on a page; here it is noise.
    return " ".join(root.text_content().replace("\u2060", "").split())


def readable_formula(math: str) -> str:
    """A <math> element as Unicode text: "x²"."""
    told = TEX.search(math)
    return formula(unescape(told[1])) if told else unescape(re.sub(r"<[^>]*>", "", math))


def readable_title(title: str) -> str:
    """The title of a paper on one line, its TeX as Unicode text."""
    return " ".join(readable(title).split())


def shortened(text: str, words: int) -> str:
    """At most so many words, with "…" where some are left out."""
    parts = text.split()
    if len(parts) <= words:
        return " ".join(parts)
    return " ".join(parts[:words]).rstrip(" ,;:.") + " …"

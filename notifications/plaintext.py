"""Pure: people's HTML as one line of plain text, for notifications and mail."""

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
    """Return sanitised HTML as one line of text with readable formulas."""
    html = MATH.sub(lambda match: escape(readable_formula(match[0])), html)
    if not html.strip():
        return ""
    root = lxml_html.fromstring(f"<div>{_BLOCK_END.sub(' ', html)}</div>")
    # On a page a word joiner keeps a formula and its comma together; plain text has no use for it.
    return " ".join(root.text_content().replace("\u2060", "").split())


def readable_formula(math: str) -> str:
    """Return a <math> element as Unicode text: "x²"."""
    match = TEX.search(math)
    return formula(unescape(match[1])) if match else unescape(re.sub(r"<[^>]*>", "", math))


def readable_title(title: str) -> str:
    """Return the title of a paper on one line, its TeX as Unicode text."""
    return " ".join(readable(title).split())


def shortened(text: str, max_words: int) -> str:
    """Return at most `max_words` words, with "…" where some are left out."""
    parts = text.split()
    if len(parts) <= max_words:
        return " ".join(parts)
    return " ".join(parts[:max_words]).rstrip(" ,;:.") + " …"

"""Highlight code with CSS classes."""

import threading
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Pygments fills the tables of a lexer's class on first use, also for languages inside others, such as
# JavaScript in HTML. Without the lock, two threads could fill the same table.
_highlighting = threading.Lock()


def highlighted(code: str, language: str) -> str:
    """Return code as HTML with the short class names of Pygments; plain for an unknown language."""
    plain = escape(code, quote=False)
    if not language:
        return plain
    with _highlighting:
        try:
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            return plain
        return highlight(code, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")

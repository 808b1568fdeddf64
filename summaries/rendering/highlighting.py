"""Code in colours, as classes of a stylesheet."""

import threading
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Pygments fills the tables of a lexer's class when it is first used, also in the middle of another
# language, as JavaScript is in HTML; two threads would fill the same table.
_highlighting = threading.Lock()


def highlighted(code: str, language: str) -> str:
    """Code with Pygments' short class names; plain when the language is unknown or absent."""
    plain = escape(code, quote=False)
    if not language:
        return plain
    with _highlighting:
        try:
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            return plain
        return highlight(code, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")

"""Formatting only: lines of plain text as mail programs have shown them since ever."""

import textwrap

from django import template

register = template.Library()

WIDTH = 72


@register.filter
def wrapped(text: str, indent: str = "") -> str:
    """Broken at blanks into lines of at most 72, each after `indent`; addresses stay whole."""
    return textwrap.fill(
        " ".join(str(text).split()),
        width=WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )

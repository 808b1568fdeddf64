"""Formatting of plain-text mail."""

import textwrap

from django import template

register = template.Library()

WIDTH = 72


@register.filter
def wrapped(text: str, indent: str = "") -> str:
    """Wrap text at 72 columns, each line after `indent`; addresses are not broken."""
    return textwrap.fill(
        " ".join(str(text).split()),
        width=WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )

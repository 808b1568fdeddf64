"""{% icon "pen" %}: a picture of the one sprite file, drawn in the colour of the text beside it.

A tag and not a template: pages show up to a hundred, and each include would cost as much as a
byline. What an icon means stands in words beside it, so readers of the screen skip it.
"""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    return _drawn(static("img/sprite.svg"), name)


@cache
def _drawn(sprite_url: str, name: str) -> SafeString:
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', sprite_url, name
    )

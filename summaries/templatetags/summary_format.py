"""Filters for formatting: no queries, no decisions about who may see what."""

import datetime

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from common.texmath.unicode_text import readable
from common.text import plurals
from common.text.language import detect_language
from common.text.sanitize import json_for_page, link_cards
from common.text.shorten import shorten
from papers.citations import openurl as coins
from papers.names import family_name
from papers.subject_fields import category_name
from papers.subject_fields import field_name as name_of_field

register = template.Library()

MAX_FAMILIES = 8
# Thousands of authors would outweigh the list, and a shortened list would be saved as complete.
MAX_COINS_AUTHORS = 40

register.filter("readable", readable)
register.filter("shorten", shorten)


@register.filter
def families(authors_text: str) -> str:
    """Format authors: "Ashish Vaswani; Noam Shazeer" gives "Vaswani, Shazeer".

    Long lists end in "and 12 more".
    """
    names = [family_name(name) for name in authors_text.split("; ") if name]
    shown = names if len(names) <= MAX_FAMILIES + 1 else names[:MAX_FAMILIES]
    more = len(names) - len(shown)
    listed = ", ".join(shown)
    return (
        _("%(names)s and %(more)s more") % {"names": listed, "more": intcomma(more)}
        if more
        else listed
    )


@register.filter
def openurl(paper) -> str:
    """Return the COinS of a paper in a list for reference managers; "" for very many authors."""
    few = paper.authors_text.count("; ") < MAX_COINS_AUTHORS
    return coins.coins(paper) if few else ""


@register.filter
def ago(at: datetime.datetime | None) -> SafeString:
    """Return a <time> like "2 days ago" within a month, else "2 November 2026".

    The full date is in its title.
    """
    if at is None:
        return format_html("")
    full = date_format(at, "DATE_FORMAT")
    days = (timezone.now() - at).days
    if days > 30:
        label = full
    elif days > 1:
        label = ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}
    elif days == 1:
        label = _("yesterday")
    else:
        label = _hours(timezone.now() - at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), full, label)


def _hours(age: datetime.timedelta) -> str:
    hours, minutes = divmod(max(int(age.total_seconds()), 0) // 60, 60)
    if hours:
        return ngettext("%(hours)s hour ago", "%(hours)s hours ago", hours) % {"hours": hours}
    if minutes:
        label = ngettext("%(minutes)s minute ago", "%(minutes)s minutes ago", minutes)
        return label % {"minutes": minutes}
    return _("moments ago")


@register.filter
def day(at: datetime.datetime | None) -> SafeString:
    """Return a <time> with the full date: "2 November 2026"."""
    if at is None:
        return format_html("")
    return format_html(
        '<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "DATE_FORMAT")
    )


@register.filter
def counted(count: int, noun: str) -> str:
    """Format a count: {{ 3|counted:"summaries" }} gives "3 summaries".

    The nouns are those of `common.text.plurals`.
    """
    return plurals.pluralize_count(count, noun)


@register.filter
def lang_attr(text: str) -> str:
    """Return a lang attribute for text in another language than the page.

    <h2{{ paper.title|lang_attr }}>. A text too short to detect counts as English, as most papers are.
    """
    language = detect_language(text) or "en"
    if language == (get_language() or "").partition("-")[0]:
        return ""
    return format_html(' lang="{}"', language)


@register.filter
def with_cards(html: SafeString, cards: dict | None) -> SafeString:
    """Show the card of each cited paper in `cards` when its citation is hovered."""
    return link_cards(html, cards) if cards else html


@register.filter
def bar_height(count: int, most: int) -> int:
    """Return the height of a bar of 0 to 20 units, at least 1 for any count but 0."""
    return max(round(20 * count / most), 1) if count and most else 0


def bars_path(counts: list[int]) -> str:
    """Return bars of 5 units, 6 apart, as one path of an SVG 20 units high.

    One path, because hundreds of elements would be slow.
    """
    most = max(counts)
    heights = [bar_height(count, most) for count in counts]
    return "".join(
        f"M{6 * index} 20v-{height}h5v{height}z" for index, height in enumerate(heights) if height
    )


@register.filter
def minus(value: int, other: int) -> int:
    """Subtract: {{ 5|minus:2 }} gives 3."""
    return value - other


@register.filter
def field_name(name: str) -> str:
    """Return the name of a field of research in the reader's language."""
    return name_of_field(name)


@register.filter
def category(code: str) -> str:
    """Return the name of an arXiv category: "Computer Vision..." for "cs.CV"."""
    return category_name(code)


@register.filter
def for_machines(value: object) -> SafeString:
    """Return JSON for inside a <script type="application/ld+json">."""
    return json_for_page(value)

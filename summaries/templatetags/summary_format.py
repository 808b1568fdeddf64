"""Formatting only: no queries, no decisions about who may see what."""

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
# A byline of thousands would weigh more than its list, and a cut one would be kept as if whole.
MAX_COINS_AUTHORS = 40

register.filter("readable", readable)
register.filter("shorten", shorten)


@register.filter
def families(authors_text: str) -> str:
    """ "Ashish Vaswani; Noam Shazeer" gives "Vaswani, Shazeer"; long bylines end in "and 12 more"."""
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
    """What reference managers read of a paper in a list; "" where only its own page tells it."""
    few = paper.authors_text.count("; ") < MAX_COINS_AUTHORS
    return coins.coins(paper) if few else ""


@register.filter
def ago(at: datetime.datetime | None) -> SafeString:
    """A <time>: "2 days ago" within a month, else "2 November 2026"; the date is in its title."""
    if at is None:
        return format_html("")
    full = date_format(at, "DATE_FORMAT")
    days = (timezone.now() - at).days
    if days > 30:
        words = full
    elif days > 1:
        words = ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}
    elif days == 1:
        words = _("yesterday")
    else:
        words = _hours(timezone.now() - at)
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), full, words)


def _hours(age: datetime.timedelta) -> str:
    hours, minutes = divmod(max(int(age.total_seconds()), 0) // 60, 60)
    if hours:
        return ngettext("%(hours)s hour ago", "%(hours)s hours ago", hours) % {"hours": hours}
    if minutes:
        words = ngettext("%(minutes)s minute ago", "%(minutes)s minutes ago", minutes)
        return words % {"minutes": minutes}
    return _("moments ago")


@register.filter
def day(at: datetime.datetime | None) -> SafeString:
    """A <time> with the full date: "2 November 2026"."""
    if at is None:
        return format_html("")
    return format_html(
        '<time datetime="{}">{}</time>', at.isoformat(), date_format(at, "DATE_FORMAT")
    )


@register.filter
def counted(number: int, noun: str) -> str:
    """{{ 3|counted:"summaries" }} gives "3 summaries"; the words are those of lib/counting.py."""
    return plurals.pluralize_count(number, noun)


@register.filter
def lang_attr(text: str) -> str:
    """<h2{{ paper.title|lang_attr }}>: a lang attribute where people's words are in another language
    than the page. Of few words it cannot be told: those are English, as most papers are."""
    found = detect_language(text) or "en"
    if found == (get_language() or "").partition("-")[0]:
        return ""
    return format_html(' lang="{}"', found)


@register.filter
def with_cards(html: SafeString, cards: dict | None) -> SafeString:
    """Citations of the papers in `cards` show their card to whoever pauses on them."""
    return link_cards(html, cards) if cards else html


@register.filter
def bar_height(number: int, most: int) -> int:
    """The height of a bar of 0 to 20 units, at least 1 for anything at all."""
    return max(round(20 * number / most), 1) if number and most else 0


def bars_path(numbers: list[int]) -> str:
    """Bars of 5 units, 6 apart, as one path of an SVG 20 units high: hundreds of them are quick."""
    most = max(numbers)
    heights = [bar_height(number, most) for number in numbers]
    return "".join(
        f"M{6 * place} 20v-{height}h5v{height}z" for place, height in enumerate(heights) if height
    )


@register.filter
def minus(number: int, other: int) -> int:
    return number - other


@register.filter
def field_name(name: str) -> str:
    """The name of a field of research in the reader's language."""
    return name_of_field(name)


@register.filter
def category(code: str) -> str:
    """The name of an arXiv category: "cs.CV" gives "Computer Vision and Pattern Recognition"."""
    return category_name(code)


@register.filter
def for_machines(value: object) -> SafeString:
    """JSON to stand inside a <script type="application/ld+json">."""
    return json_for_page(value)

"""What lists share: choices in the address, links that change one of them, numbered pages."""

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text.integers import parse_positive_int

ORDERS = {
    "popular": gettext_lazy("Popular"),
    "recent": gettext_lazy("Recent"),
    "best": gettext_lazy("Best"),
    "discussed": gettext_lazy("Discussed"),
}
SHOWN = {
    "excerpts": gettext_lazy("Excerpts"),
    "titles": gettext_lazy("Titles only"),
    "full": gettext_lazy("Full text"),
}
PAGE_SIZE = 50


def choice(request: HttpRequest, name: str, choices: dict, default: str) -> str:
    value = request.GET.get(name, "")
    return value if value in choices else default


def links(request: HttpRequest, name: str, labels: dict[str, str], current: str):
    return [
        {
            "label": label,
            "url": address(request, **{name: key, "cursor": "", "from": ""}),
            "is_current": key == current,
        }
        for key, label in labels.items()
    ]


def address(request: HttpRequest, **changes: str) -> str:
    """This page's address with some parameters changed; an empty one goes."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def first_index(request: HttpRequest) -> int:
    """The number in the whole list of the first one of a page, as the page before told it."""
    told = parse_positive_int(request.GET.get("from", ""), most_digits=8)
    return 1 if told is None or not request.GET.get("cursor") else told


def range_label(first: int, shown: int, count: int) -> str:
    """ "1–25 of 1,904"; "" where the list has changed so much that it would be wrong."""
    last = first + shown - 1
    if not shown or last > count:
        return ""
    places = {"first": intcomma(first), "last": intcomma(last), "count": intcomma(count)}
    return _("%(first)s–%(last)s of %(count)s") % places


def numbered(queryset: QuerySet, request: HttpRequest) -> dict[str, object]:
    """One numbered page of a list that people leaf through: {items, count, first, last, …}."""
    number = min(max(parse_positive_int(request.GET.get("page", "")) or 1, 1), 10_000)
    count = queryset.count()
    first = (number - 1) * PAGE_SIZE
    items = list(queryset[first : first + PAGE_SIZE])
    last = first + len(items)
    return {
        "items": items,
        "count": count,
        "first": first + 1,
        "last": last,
        "previous_page": address(request, page=str(number - 1) if number > 2 else "")
        if number > 1
        else "",
        "next_page": address(request, page=str(number + 1)) if last < count else "",
    }

"""What lists share: choices in the query string, links that change one, numbered pages."""

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
    """Return the value of a query parameter, or the default for an unknown one."""
    value = request.GET.get(name, "")
    return value if value in choices else default


def links(request: HttpRequest, name: str, labels: dict[str, str], current: str):
    """Return links that change one parameter: [{label, url, is_current}]."""
    return [
        {
            "label": label,
            "url": address(request, **{name: key, "cursor": "", "from": ""}),
            "is_current": key == current,
        }
        for key, label in labels.items()
    ]


def address(request: HttpRequest, **changes: str) -> str:
    """Return the current URL with some parameters changed; an empty value removes one."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def first_index(request: HttpRequest) -> int:
    """Return the position of a page's first item, as the previous page passed it on."""
    first = parse_positive_int(request.GET.get("from", ""), most_digits=8)
    return 1 if first is None or not request.GET.get("cursor") else first


def range_label(first: int, shown: int, count: int) -> str:
    """Return "1–25 of 1,904"; "" when the list has changed so much that it would be wrong."""
    last = first + shown - 1
    if not shown or last > count:
        return ""
    values = {"first": intcomma(first), "last": intcomma(last), "count": intcomma(count)}
    return _("%(first)s–%(last)s of %(count)s") % values


def numbered(queryset: QuerySet, request: HttpRequest) -> dict[str, object]:
    """Return one numbered page of a list: {items, count, first, last, previous_page, ...}."""
    page = min(max(parse_positive_int(request.GET.get("page", "")) or 1, 1), 10_000)
    count = queryset.count()
    first = (page - 1) * PAGE_SIZE
    items = list(queryset[first : first + PAGE_SIZE])
    last = first + len(items)
    return {
        "items": items,
        "count": count,
        "first": first + 1,
        "last": last,
        "previous_page": address(request, page=str(page - 1) if page > 2 else "")
        if page > 1
        else "",
        "next_page": address(request, page=str(page + 1)) if last < count else "",
    }

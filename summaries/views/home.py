"""The home page: papers with summaries, by order, field and time."""

import datetime

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import display_preferences
from common.db.keyset_pagination import keyset_page
from common.text.plurals import pluralize_count
from papers.models import Field
from summaries.models import PaperRanking, Summary
from summaries.querysets import RANKING_ORDERS
from summaries.views import home_sidebar
from summaries.views.list_params import (
    ORDERS,
    SHOWN,
    address,
    choice,
    first_index,
    links,
    range_label,
)

TIMES = {
    "all": (_("Any time"), None),
    "day": (_("Today"), 1),
    "week": (_("This week"), 7),
    "month": (_("This month"), 31),
    "year": (_("This year"), 366),
}
# The heading of an empty list, by its time.
NOTHING = {
    "all": _("No more papers"),
    "day": _("No summaries from today"),
    "week": _("No summaries from this week"),
    "month": _("No summaries from this month"),
    "year": _("No summaries from this year"),
}
NOTHING_IN_FIELD = {
    "all": _("No summaries in %(field)s"),
    "day": _("No summaries in %(field)s from today"),
    "week": _("No summaries in %(field)s from this week"),
    "month": _("No summaries in %(field)s from this month"),
    "year": _("No summaries in %(field)s from this year"),
}
PAGE_SIZE = 25


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List papers with summaries.

    ?sort=, ?field=, ?time=, ?show=; ?cursor= and ?from= for later pages.
    """
    order = choice(request, "sort", ORDERS, "popular")
    time = choice(request, "time", TIMES, "all")
    shown = choice(
        request, "show", SHOWN, display_preferences.choice(request.user, "lists") or "excerpts"
    )
    fields = list(Field.objects.all())
    field = next((item for item in fields if item.slug == request.GET.get("field")), None)
    standings = _rankings(order=order, field=field, fields=fields, time=time)
    page = keyset_page(
        standings.for_lists(),
        order=f"-{RANKING_ORDERS[order]}",
        tie="-paper_id",
        cursor=request.GET.get("cursor", ""),
        size=PAGE_SIZE,
    )
    items = _items(page.items, order, request.user)
    first = first_index(request)
    context = {
        "orders": links(request, "sort", ORDERS, order),
        "order": order,
        "fields": fields,
        "field": field,
        "times": {key: label for key, (label, days) in TIMES.items()},
        "time": time,
        "shown_choices": SHOWN,
        "shown": shown,
        "items": items,
        "has_math": shown == "full" and any(item["summary"].has_math for item in items),
        "has_inline_math": shown == "excerpts"
        and any("<math" in item["summary"].excerpt_html for item in items),
        "next_page": page.next_cursor
        and address(request, **{"cursor": page.next_cursor, "from": str(first + len(items))}),
        "is_first_page": not request.GET.get("cursor"),
        "first_page": address(request, **{"cursor": "", "from": ""}),
        "place": range_label(first, len(items), _count(standings, order, field, time)),
        **({} if items else _nothing_here(request, order, field, fields, time)),
        "totals": home_sidebar.totals(),
        "top_venues": home_sidebar.top_venues(),
        "discussed": home_sidebar.discussed_now(),
        "wanted": home_sidebar.most_requested(),
    }
    return render(request, "summaries/home.html", context)


def _rankings(*, order: str, field: Field | None, fields: list[Field], time: str) -> QuerySet:
    standings = PaperRanking.objects.all()
    if field is not None:
        standings = standings.in_field(field, fields)
    days = TIMES[time][1]
    if days is not None:
        standings = standings.filter(latest_at__gte=timezone.now() - datetime.timedelta(days=days))
    if order == "discussed":
        standings = standings.filter(comment_count__gt=0)
    return standings


def _count(standings: QuerySet, order: str, field: Field | None, time: str) -> int:
    """Return how many papers the list has, up to a minute old."""
    if order != "discussed" and field is None and time == "all":
        return home_sidebar.totals()["papers"]
    kind = "discussed" if order == "discussed" else "all"
    key = f"home-count-{kind}-{field.pk if field else ''}-{time}"
    return cache.get_or_set(key, standings.count, 60)


def _nothing_here(
    request: HttpRequest, order: str, field: Field | None, fields: list[Field], time: str
) -> dict[str, object]:
    """Return the filters of an empty list, and the nearest lists that are not empty."""
    # A page after the last one is empty only because of its cursor.
    chips = []
    if request.GET.get("cursor"):
        chips.append({"label": gettext("Later pages"), "url": address(request, cursor="")})
    if field is not None:
        chips.append({"label": field.name, "url": address(request, field="", cursor="")})
    if time != "all":
        chips.append({"label": TIMES[time][0], "url": address(request, time="", cursor="")})
    heading = NOTHING[time] if field is None else NOTHING_IN_FIELD[time] % {"field": field.name}
    elsewhere = []
    for other_field, other_time in ((field, "all"), (None, time)):
        if not chips or (other_field, other_time) in {(field, time), (None, "all")}:
            continue
        rows = _rankings(order=order, field=other_field, fields=fields, time=other_time)
        if count := rows.count():
            label = other_field.shown_name if other_field else TIMES[other_time][0]
            url = address(
                request,
                field=other_field.slug if other_field else "",
                time="" if other_time == "all" else other_time,
                cursor="",
            )
            elsewhere.append({"label": f"{label}: {pluralize_count(count, 'papers')}", "url": url})
    if chips and not elsewhere:
        all_of_them = address(request, field="", time="", cursor="")
        elsewhere.append({"label": gettext("Show all papers"), "url": all_of_them})
    return {"chips": chips, "elsewhere": elsewhere, "empty_words": heading}


def _items(standings: list[PaperRanking], order: str, user) -> list[dict[str, object]]:
    """Pair each paper with the summary to show: the newest one in the order recent."""
    summary_ids = [
        row.latest_summary_id if order == "recent" else row.top_summary_id for row in standings
    ]
    votes = (
        Summary.objects.filter(pk__in=summary_ids).with_vote_of(user).values_list("pk", "my_vote")
        if user.is_authenticated
        else ()
    )
    my_votes = dict(votes)
    items = []
    for row in standings:
        summary = row.latest_summary if order == "recent" else row.top_summary
        summary.paper = row.paper
        summary.my_vote = my_votes.get(summary.pk)
        items.append({"paper": row.paper, "summary": summary})
    return items

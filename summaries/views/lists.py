"""Lists of papers: home, venues and their years."""

import datetime
import secrets

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import reading
from papers import citations
from papers.models import Field, Paper, Venue
from papers.venues import venue_at_old_address
from shortscience.lib.counting import counted
from shortscience.lib.pagination import keyset_page
from summaries.models import Standing, Summary
from summaries.querysets import STANDING_ORDERS
from summaries.templatetags.summary_format import bars_path
from summaries.views.listing import (
    address,
    choice,
    links,
    numbered,
    place_of_first,
    place_words,
)

ORDERS = {
    "popular": _("Popular"),
    "recent": _("Recent"),
    "best": _("Best"),
    "discussed": _("Discussed"),
}
TIMES = {
    "all": (_("Any time"), None),
    "day": (_("Today"), 1),
    "week": (_("This week"), 7),
    "month": (_("This month"), 31),
    "year": (_("This year"), 366),
}
# What an empty list says, by its time.
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
SHOWN = {"excerpts": _("Excerpts"), "titles": _("Titles only"), "full": _("Full text")}
PAGE_SIZE = 25
INDEX_ORDERS = {"field": _("By field"), "name": _("A to Z"), "count": _("By number of papers")}
VENUE_ORDERS = {
    "best": (_("Best"), ["-summary_count", "-wish_count", "title", "pk"]),
    "title": (_("Title"), ["title", "pk"]),
}
EXPORTS = {
    "bibtex": (citations.bibtex, "application/x-bibtex", "bib"),
    "ris": (citations.ris, "application/x-research-info-systems", "ris"),
}
EXPORT_LIMIT = 1000


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Papers with summaries: ?sort=, ?field=, ?time=, ?show=, ?cursor= and ?from=, its place."""
    order = choice(request, "sort", ORDERS, "popular")
    time = choice(request, "time", TIMES, "all")
    shown = choice(request, "show", SHOWN, reading.choice(request.user, "lists") or "excerpts")
    fields = list(Field.objects.all())
    field = next((item for item in fields if item.slug == request.GET.get("field")), None)
    standings = _standings(order=order, field=field, fields=fields, time=time)
    page = keyset_page(
        standings.for_lists(),
        order=f"-{STANDING_ORDERS[order]}",
        tie="-paper_id",
        cursor=request.GET.get("cursor", ""),
        size=PAGE_SIZE,
    )
    items = _items(page.items, order, request.user)
    first = place_of_first(request)
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
        "place": place_words(first, len(items), _count(standings, order, field, time)),
        **({} if items else _nothing_here(request, order, field, fields, time)),
        "totals": _totals(),
        "top_venues": _top_venues(),
        "discussed": _discussed_now(),
        "wanted": _wanted_most(),
    }
    return render(request, "summaries/home.html", context)


def _standings(*, order: str, field: Field | None, fields: list[Field], time: str) -> QuerySet:
    standings = Standing.objects.all()
    if field is not None:
        # "Computer science" holds all that is below it.
        numbers = [item.pk for item in fields if field.pk in {item.pk, item.parent_id}]
        standings = standings.filter(paper__field__in=numbers)
    days = TIMES[time][1]
    if days is not None:
        standings = standings.filter(latest_at__gte=timezone.now() - datetime.timedelta(days=days))
    if order == "discussed":
        standings = standings.filter(comment_count__gt=0)
    return standings


def _count(standings: QuerySet, order: str, field: Field | None, time: str) -> int:
    """How many papers the list holds, a minute old at most."""
    if order != "discussed" and field is None and time == "all":
        return _totals()["papers"]
    kind = "discussed" if order == "discussed" else "all"
    key = f"home-count-{kind}-{field.pk if field else ''}-{time}"
    return cache.get_or_set(key, standings.count, 60)


def _nothing_here(
    request: HttpRequest, order: str, field: Field | None, fields: list[Field], time: str
) -> dict[str, object]:
    """What stands in an empty list: its filters, and the nearest lists that are not empty."""
    # A page behind the last one has no other filter than its place.
    chips = []
    if request.GET.get("cursor"):
        chips.append({"label": gettext("Further down"), "url": address(request, cursor="")})
    if field is not None:
        chips.append({"label": field.name, "url": address(request, field="", cursor="")})
    if time != "all":
        chips.append({"label": TIMES[time][0], "url": address(request, time="", cursor="")})
    words = NOTHING[time] if field is None else NOTHING_IN_FIELD[time] % {"field": field.name}
    elsewhere = []
    for kept_field, kept_time in ((field, "all"), (None, time)):
        if not chips or (kept_field, kept_time) in {(field, time), (None, "all")}:
            continue
        rows = _standings(order=order, field=kept_field, fields=fields, time=kept_time)
        if count := rows.count():
            label = kept_field.shown_name if kept_field else TIMES[kept_time][0]
            url = address(
                request,
                field=kept_field.slug if kept_field else "",
                time="" if kept_time == "all" else kept_time,
                cursor="",
            )
            elsewhere.append({"label": f"{label}: {counted(count, 'papers')}", "url": url})
    if chips and not elsewhere:
        all_of_them = address(request, field="", time="", cursor="")
        elsewhere.append({"label": gettext("Show all papers"), "url": all_of_them})
    return {"chips": chips, "elsewhere": elsewhere, "empty_words": words}


def _items(standings: list[Standing], order: str, user) -> list[dict[str, object]]:
    """Each paper with the summary to show: the newest one where newness is the order."""
    numbers = [
        row.latest_summary_id if order == "recent" else row.top_summary_id for row in standings
    ]
    votes = (
        Summary.objects.filter(pk__in=numbers).with_vote_of(user).values_list("pk", "my_vote")
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


def _totals() -> dict[str, int]:
    """Counts for the head of the page, a minute old at most."""

    def count() -> dict[str, int]:
        return {
            "summaries": Summary.objects.published().count(),
            "papers": Standing.objects.count(),
        }

    return cache.get_or_set("home-totals", count, 60)


def _top_venues() -> list[Venue]:
    def count() -> list[Venue]:
        return list(
            Venue.objects.annotate(total=Sum("papers__summary_count"))
            .filter(total__gt=0)
            .order_by("-total", "name")[:6]
        )

    return cache.get_or_set("home-venues", count, 300)


def _discussed_now() -> list[Standing]:
    def choose() -> list[Standing]:
        rows = Standing.objects.filter(comment_count__gt=0).select_related("paper")
        return list(rows.in_order("discussed")[:4])

    return cache.get_or_set("home-discussed", choose, 60)


def _wanted_most() -> dict[str, object]:
    """The papers that most readers ask for, a minute old at most."""

    def choose() -> dict[str, object]:
        papers = Paper.objects.filter(wish_count__gt=0, summary_count=0)
        return {
            "count": papers.count(),
            "papers": list(
                papers.only("title", "title_html", "wish_count").order_by("-wish_count", "-pk")[:3]
            ),
        }

    return cache.get_or_set("home-wanted", choose, 60)


@require_safe
@never_cache
def random_paper(request: HttpRequest) -> HttpResponse:
    """To a paper with summaries, another one each time; ?field= keeps to a field."""
    field = Field.objects.filter(slug=request.GET.get("field", "")).first()
    standings = Standing.objects.all()
    if field is not None:
        standings = _standings(
            order="recent", field=field, fields=list(Field.objects.all()), time="all"
        )
    count = standings.count()
    if not count:
        return redirect("home")
    place = secrets.randbelow(count)
    chosen = standings.select_related("paper").order_by("paper_id")[place : place + 1]
    return redirect(chosen[0].paper) if chosen else redirect("home")


@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    """Venues with papers and a bar for each year: ?sort=field, name or count, ?q= in the names."""
    order = choice(request, "sort", INDEX_ORDERS, "field")
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = (
        Paper.objects.filter(venue__isnull=False, year__isnull=False)
        .values("venue", "year")
        .annotate(summarised=Count("pk", filter=Q(summary_count__gt=0)), papers=Count("pk"))
        .order_by("year")
    )
    years: dict[int, dict[int, dict]] = {}
    for row in rows:
        years.setdefault(row["venue"], {})[row["year"]] = row
    groups: dict[str, list[dict]] = {}
    found = Venue.objects.filter(pk__in=years).select_related("field").order_by(Lower("name"))
    if query:
        found = found.filter(Q(name__icontains=query) | Q(full_name__icontains=query))
    for venue in found:
        label = venue.field.shown_name if venue.field else gettext("All of science")
        if order == "name":
            label = venue.name[:1].upper()
        elif order == "count":
            label = gettext("By number of papers")
        groups.setdefault(label, []).append(_venue_row(venue, years[venue.pk]))
    if order == "count":
        for rows_of_group in groups.values():
            rows_of_group.sort(key=lambda row: -row["papers"])
    elif order == "field":
        by_size = sorted(groups, key=lambda label: -sum(row["papers"] for row in groups[label]))
        groups = {label: groups[label] for label in by_size}
    context = {
        "groups": list(groups.items()),
        "orders": links(request, "sort", INDEX_ORDERS, order),
        "order": order,
        "query": query,
        "count": sum(map(len, groups.values())),
    }
    return render(request, "summaries/venues.html", context)


def _venue_row(venue: Venue, years: dict[int, dict]) -> dict[str, object]:
    last = max(years)
    span = range(max(min(years), last - 14), last + 1)
    return {
        "venue": venue,
        "bars": bars_path([years.get(year, {}).get("papers", 0) for year in span]),
        "first_year": span[0],
        "last_year": last,
        "papers": sum(row["papers"] for row in years.values()),
        "summarised": sum(row["summarised"] for row in years.values()),
    }


@require_safe
def venue(request: HttpRequest, slug: str) -> HttpResponse:
    return _venue_page(request, slug, None)


@require_safe
def venue_year(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    return _venue_page(request, slug, year)


def _venue_page(request: HttpRequest, slug: str, year: int | None) -> HttpResponse:
    """?show=summarised (the default when there are any), all or wanted; ?sort=best or title."""
    found = Venue.objects.select_related("field").filter(slug=slug).first()
    if found is None:
        return _at_its_address(request, slug, year)
    years = list(
        Paper.objects.filter(venue=found, year__isnull=False)
        .values("year")
        .annotate(
            papers=Count("pk"),
            summarised=Count("pk", filter=Q(summary_count__gt=0)),
            wanted=Count("pk", filter=Q(summary_count=0, wish_count__gt=0)),
        )
        .order_by("year")
    )
    of_year = next((row for row in years if row["year"] == year), None)
    if year is not None and of_year is None:
        raise Http404
    papers = Paper.objects.filter(venue=found)
    if year is not None:
        papers = papers.filter(year=year)
    counts = of_year or {
        "papers": sum(row["papers"] for row in years),
        "summarised": sum(row["summarised"] for row in years),
        "wanted": sum(row["wanted"] for row in years),
    }
    default = "summarised" if counts["summarised"] else "all"
    shown = choice(request, "show", dict.fromkeys(["summarised", "all", "wanted"]), default)
    if shown == "summarised":
        papers = papers.filter(summary_count__gt=0)
    elif shown == "wanted":
        papers = papers.filter(summary_count=0, wish_count__gt=0)
    order = choice(request, "sort", VENUE_ORDERS, "best")
    page = numbered(papers.for_lists().order_by(*VENUE_ORDERS[order][1]), request)
    position = [row["year"] for row in years].index(year) if year is not None else None
    context = {
        "venue": found,
        "year": year,
        "years": years,
        "most": max((row["papers"] for row in years), default=0),
        "before": years[position - 1]["year"] if position else None,
        "after": years[position + 1]["year"]
        if position is not None and position + 1 < len(years)
        else None,
        "counts": counts,
        "shown": shown,
        "orders": {key: label for key, (label, columns) in VENUE_ORDERS.items()},
        "order": order,
        "export_limit": EXPORT_LIMIT,
        **page,
    }
    return render(request, "summaries/venue.html", context)


@require_safe
def venue_year_export(request: HttpRequest, slug: str, year: int, form: str) -> HttpResponse:
    """The papers of a year by title, for programs that keep references; 1,000 at most."""
    found = get_object_or_404(Venue, slug=slug)
    papers = list(
        Paper.objects.filter(venue=found, year=year)
        .for_lists()
        .order_by("title", "pk")[:EXPORT_LIMIT]
    )
    if not papers:
        raise Http404
    if form == "csl.json":
        return JsonResponse([citations.csl(paper) for paper in papers], safe=False)
    write, kind, ending = EXPORTS[form]
    response = HttpResponse("\n".join(map(write, papers)), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{slug}-{year}.{ending}"'
    return response


def _at_its_address(request: HttpRequest, slug: str, year: int | None) -> HttpResponse:
    """A venue that was renamed or merged has its page elsewhere."""
    moved = venue_at_old_address(slug)
    if moved is None:
        raise Http404
    place = moved.get_absolute_url() + (f"/{year}" if year is not None else "")
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{place}?{query}" if query else place, permanent=True)

"""The list of venues, with a bar for each year."""

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from papers.models import Paper, Venue
from summaries.templatetags.summary_format import bars_path
from summaries.views.list_params import choice, links

ORDERS = {"field": _("By field"), "name": _("A to Z"), "count": _("By number of papers")}


@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    """List venues with a bar for each year: ?sort= is field, name or count, ?q= filters names."""
    order = choice(request, "sort", ORDERS, "field")
    query = request.GET.get("q", "").strip()[:100]
    rows = (
        Paper.objects.filter(venue__isnull=False, year__isnull=False)
        .values("venue", "year")
        .annotate(summarised=Count("pk", filter=Q(summary_count__gt=0)), papers=Count("pk"))
        .order_by("year")
    )
    years: dict[int, dict[int, dict]] = {}
    for row in rows:
        years.setdefault(row["venue"], {})[row["year"]] = row
    matches = Venue.objects.filter(pk__in=years).select_related("field").order_by(Lower("name"))
    if query:
        matches = matches.filter(Q(name__icontains=query) | Q(full_name__icontains=query))
    groups = _grouped([_row(venue, years[venue.pk]) for venue in matches], order)
    context = {
        "groups": list(groups.items()),
        "orders": links(request, "sort", ORDERS, order),
        "order": order,
        "query": query,
        "count": sum(map(len, groups.values())),
    }
    return render(request, "summaries/venues.html", context)


def _grouped(rows: list[dict[str, object]], order: str) -> dict[str, list[dict[str, object]]]:
    """Group rows by their heading."""
    groups: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        groups.setdefault(_label(row["venue"], order), []).append(row)
    if order == "count":
        for group in groups.values():
            group.sort(key=lambda row: -row["papers"])
    elif order == "field":
        by_size = sorted(groups, key=lambda label: -sum(row["papers"] for row in groups[label]))
        groups = {label: groups[label] for label in by_size}
    return groups


def _label(venue: Venue, order: str) -> str:
    if order == "name":
        return venue.name[:1].upper()
    if order == "count":
        return gettext("By number of papers")
    return venue.field.shown_name if venue.field else gettext("All of science")


def _row(venue: Venue, years: dict[int, dict]) -> dict[str, object]:
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

"""The papers of a venue, of all years or of one, and a year's export for reference managers."""

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from papers.citations import formats
from papers.models import Paper, Venue
from papers.venues import venue_at_old_address
from summaries.views.list_params import choice, numbered

ORDERS = {
    "best": (_("Best"), ["-summary_count", "-wish_count", "title", "pk"]),
    "title": (_("Title"), ["title", "pk"]),
}
EXPORTS = {
    "bibtex": (formats.bibtex, "application/x-bibtex", "bib"),
    "ris": (formats.ris, "application/x-research-info-systems", "ris"),
}
EXPORT_LIMIT = 1000


@require_safe
def venue(request: HttpRequest, slug: str, year: int | None = None) -> HttpResponse:
    """Show a venue, or one year of it.

    ?show= is summarised (the default when there are any), all or wanted; ?sort= is best or title.
    """
    match = Venue.objects.select_related("field").filter(slug=slug).first()
    if match is None:
        return _at_its_address(request, slug, year)
    years = _years(match)
    of_year = next((row for row in years if row["year"] == year), None)
    if year is not None and of_year is None:
        raise Http404
    papers = Paper.objects.filter(venue=match)
    if year is not None:
        papers = papers.filter(year=year)
    counts = of_year or {
        name: sum(row[name] for row in years) for name in ("papers", "summarised", "wanted")
    }
    default = "summarised" if counts["summarised"] else "all"
    shown = choice(request, "show", dict.fromkeys(["summarised", "all", "wanted"]), default)
    if shown == "summarised":
        papers = papers.filter(summary_count__gt=0)
    elif shown == "wanted":
        papers = papers.filter(summary_count=0, wish_count__gt=0)
    order = choice(request, "sort", ORDERS, "best")
    page = numbered(papers.for_lists().order_by(*ORDERS[order][1]), request)
    before, after = _beside(year, years)
    context = {
        "venue": match,
        "year": year,
        "years": years,
        "most": max((row["papers"] for row in years), default=0),
        "before": before,
        "after": after,
        "counts": counts,
        "shown": shown,
        "orders": {key: label for key, (label, columns) in ORDERS.items()},
        "order": order,
        "export_limit": EXPORT_LIMIT,
        **page,
    }
    return render(request, "summaries/venue.html", context)


def _years(venue: Venue) -> list[dict[str, int]]:
    """Return {year, papers, summarised, wanted} for each year with papers, in order."""
    return list(
        Paper.objects.filter(venue=venue, year__isnull=False)
        .values("year")
        .annotate(
            papers=Count("pk"),
            summarised=Count("pk", filter=Q(summary_count__gt=0)),
            wanted=Count("pk", filter=Q(summary_count=0, wish_count__gt=0)),
        )
        .order_by("year")
    )


def _beside(year: int | None, years: list[dict[str, int]]) -> tuple[int | None, int | None]:
    """Return the years with papers before and after."""
    if year is None:
        return None, None
    all_years = [None, *(row["year"] for row in years), None]
    index = all_years.index(year)
    return all_years[index - 1], all_years[index + 1]


def _at_its_address(request: HttpRequest, slug: str, year: int | None) -> HttpResponse:
    """Redirect to the page of a venue that was renamed or merged."""
    moved = venue_at_old_address(slug)
    if moved is None:
        raise Http404
    url = moved.get_absolute_url() + (f"/{year}" if year is not None else "")
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{url}?{query}" if query else url, permanent=True)


@require_safe
def export(request: HttpRequest, slug: str, year: int, form: str) -> HttpResponse:
    """Export the papers of a year by title, at most EXPORT_LIMIT."""
    match = get_object_or_404(Venue, slug=slug)
    papers = list(
        Paper.objects.filter(venue=match, year=year)
        .for_lists()
        .order_by("title", "pk")[:EXPORT_LIMIT]
    )
    if not papers:
        raise Http404
    if form == "csl.json":
        return JsonResponse([formats.csl(paper) for paper in papers], safe=False)
    write, kind, ending = EXPORTS[form]
    response = HttpResponse("\n".join(map(write, papers)), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{slug}-{year}.{ending}"'
    return response

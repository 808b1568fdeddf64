"""The people who write summaries, and the authors of papers."""

from django.db.models import Count, F, Max, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from papers.models import Authorship, Paper, Venue
from summaries.views.list_params import numbered


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List the people who write, by the number of signed summaries."""
    signed = Q(
        summaries__state="published",
        summaries__deleted_at__isnull=True,
        summaries__is_anonymous=False,
    )
    writers = (
        User.objects.filter(is_active=True)
        .annotate(
            signed_count=Count("summaries", filter=signed),
            received=Sum("summaries__score", filter=signed, default=0),
        )
        .filter(signed_count__gt=0)
        .order_by("-signed_count", "username")
    )
    return render(request, "summaries/people.html", numbered(writers, request))


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """List the papers of an author name by year, with the venues and co-authors."""
    paper_ids = Authorship.objects.filter(name_slug=slug).values("paper_id")
    names = list(
        Authorship.objects.filter(name_slug=slug)
        .values("name")
        .annotate(papers=Count("paper", distinct=True))
        .order_by("-papers", "name")[:10]
    )
    if not names:
        raise Http404
    papers = Paper.objects.filter(pk__in=paper_ids)
    coauthors = (
        Authorship.objects.filter(paper_id__in=paper_ids)
        .exclude(name_slug=slug)
        .values("name_slug")
        .annotate(name=Max("name"), papers=Count("paper", distinct=True))
        .order_by("-papers", "name")[:12]
    )
    venues = (
        Venue.objects.filter(papers__in=papers)
        .annotate(here=Count("papers", distinct=True))
        .order_by("-here", "name")[:8]
    )
    context = {
        "name": names[0]["name"],
        "slug": slug,
        "variants": [row["name"] for row in names[1:]],
        "coauthors": coauthors,
        "venues": venues,
        **numbered(
            papers.for_lists().order_by(F("year").desc(nulls_last=True), "title", "pk"), request
        ),
    }
    return render(request, "summaries/author.html", context)

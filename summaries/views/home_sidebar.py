"""The head and the sidebar of the home page: cached, and the same for everybody."""

from django.core.cache import cache
from django.db.models import Sum

from papers.models import Paper, Venue
from summaries.models import PaperRanking, Summary


def totals() -> dict[str, int]:
    """Return the counts for the head of the page, up to a minute old."""

    def count() -> dict[str, int]:
        return {
            "summaries": Summary.objects.published().count(),
            "papers": PaperRanking.objects.count(),
        }

    return cache.get_or_set("home-totals", count, 60)


def top_venues() -> dict[str, object]:
    """Return the venues with the most summaries, up to five minutes old."""

    def count() -> dict[str, object]:
        venues = Venue.objects.annotate(total=Sum("papers__summary_count")).filter(total__gt=0)
        return {"count": venues.count(), "venues": list(venues.order_by("-total", "name")[:6])}

    return cache.get_or_set("home-venues", count, 300)


def discussed_now() -> list[PaperRanking]:
    """Return the most discussed papers, up to a minute old."""

    def choose() -> list[PaperRanking]:
        rows = PaperRanking.objects.filter(comment_count__gt=0).select_related("paper")
        return list(rows.in_order("discussed")[:4])

    return cache.get_or_set("home-discussed", choose, 60)


def most_requested() -> dict[str, object]:
    """Return the most requested papers, up to a minute old."""

    def choose() -> dict[str, object]:
        papers = Paper.objects.filter(wish_count__gt=0, summary_count=0)
        return {
            "count": papers.count(),
            "papers": list(
                papers.only("title", "title_html", "wish_count").order_by("-wish_count", "-pk")[:3]
            ),
        }

    return cache.get_or_set("home-wanted", choose, 60)

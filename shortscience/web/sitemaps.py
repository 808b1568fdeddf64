"""Sitemaps in parts of at most 2,000 addresses, listed by /sitemap.xml.

https://www.sitemaps.org/protocol.html
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import User
from papers.models import Paper, Venue
from summaries.models import PaperRanking, Summary


class _Part(Sitemap):
    """A part of the sitemap, with the site's own scheme and host."""

    # The protocol allows 50,000, which would keep a process busy for seconds.
    limit = 2_000

    def get_latest_lastmod(self) -> None:
        """Return None, as Django would read every row of a part to find the latest date."""

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class Pages(_Part):
    """Pages that do not depend on content."""

    def items(self) -> list[str]:
        return ["home", "venues", "wanted", "users", "about", "tools"]

    def location(self, item: str) -> str:
        return reverse(item)


class Papers(_Part):
    """Papers with a summary: a bare record adds nothing to its catalogue."""

    def items(self) -> QuerySet[PaperRanking]:
        rows = PaperRanking.objects.select_related("paper").order_by("paper_id")
        # Only the columns of the address: the abstracts of a part are megabytes.
        return rows.only("latest_at", "paper__title")

    def location(self, item: PaperRanking) -> str:
        return item.paper.get_absolute_url()

    def lastmod(self, item: PaperRanking):
        return item.latest_at

    def get_latest_lastmod(self):
        return PaperRanking.objects.aggregate(at=Max("latest_at"))["at"]


class Summaries(_Part):
    """Public summaries."""

    def items(self) -> QuerySet[Summary]:
        return Summary.objects.published().only("pk", "published_at", "edited_at").order_by("pk")

    def lastmod(self, item: Summary):
        return item.edited_at or item.published_at

    def get_latest_lastmod(self):
        days = Summary.objects.published().aggregate(Max("edited_at"), Max("published_at"))
        return max(filter(None, days.values()), default=None)


class Venues(_Part):
    """Venues with a summarised paper."""

    def items(self) -> QuerySet[Venue]:
        has_summary = Paper.objects.filter(venue=OuterRef("pk"), summary_count__gt=0)
        return Venue.objects.filter(Exists(has_summary)).only("slug").order_by("pk")


class People(_Part):
    """People who signed a public summary; anonymous work must not add anyone."""

    def items(self) -> QuerySet[User]:
        signed = Summary.objects.published().filter(author=OuterRef("pk"), is_anonymous=False)
        people = User.objects.filter(Exists(signed), is_active=True)
        return people.only("username").order_by("pk")


PARTS: Mapping[str, type[Sitemap]] = {
    "pages": Pages,
    "papers": Papers,
    "summaries": Summaries,
    "venues": Venues,
    "people": People,
}

"""What search engines may look at, in parts of at most 2,000 addresses: /sitemap.xml names them.

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
from summaries.models import Standing, Summary


class _Part(Sitemap):
    # The protocol allows 50,000; as many would keep a process busy for seconds.
    limit = 2_000

    def get_latest_lastmod(self) -> None:
        """For the index: Django would read every row of a part to find its latest day."""

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class Pages(_Part):
    def items(self) -> list[str]:
        return ["home", "venues", "wanted", "users", "about", "tools"]

    def location(self, item: str) -> str:
        return reverse(item)


class Papers(_Part):
    """Those with a summary: a bare record has nothing that its catalogue does not have."""

    def items(self) -> QuerySet[Standing]:
        rows = Standing.objects.select_related("paper").order_by("paper_id")
        # Of the paper what its address is made of: the abstracts of a part are megabytes.
        return rows.only("latest_at", "paper__title")

    def location(self, item: Standing) -> str:
        return item.paper.get_absolute_url()

    def lastmod(self, item: Standing):
        return item.latest_at

    def get_latest_lastmod(self):
        return Standing.objects.aggregate(at=Max("latest_at"))["at"]


class Summaries(_Part):
    def items(self) -> QuerySet[Summary]:
        return Summary.objects.published().only("pk", "published_at", "edited_at").order_by("pk")

    def lastmod(self, item: Summary):
        return item.edited_at or item.published_at

    def get_latest_lastmod(self):
        days = Summary.objects.published().aggregate(Max("edited_at"), Max("published_at"))
        return max(filter(None, days.values()), default=None)


class Venues(_Part):
    def items(self) -> QuerySet[Venue]:
        has_summary = Paper.objects.filter(venue=OuterRef("pk"), summary_count__gt=0)
        return Venue.objects.filter(Exists(has_summary)).only("slug").order_by("pk")


class People(_Part):
    """Who signed something; anonymous work must not bring anybody in here."""

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

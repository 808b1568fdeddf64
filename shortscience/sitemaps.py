"""What search engines may look at, in parts of at most 10,000 addresses: /sitemap.xml names them.

https://www.sitemaps.org/protocol.html
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import User
from papers.models import Paper, Venue
from summaries.models import Standing, Summary


class _Part(Sitemap):
    limit = 10_000

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class Pages(_Part):
    def items(self) -> list[str]:
        return ["home", "venues", "wanted", "people", "about", "tools"]

    def location(self, item: str) -> str:
        return reverse(item)


class Papers(_Part):
    """Those with a summary: a bare record has nothing that its catalogue does not have."""

    def items(self) -> QuerySet[Standing]:
        return Standing.objects.select_related("paper").order_by("paper_id")

    def location(self, item: Standing) -> str:
        return item.paper.get_absolute_url()

    def lastmod(self, item: Standing):
        return item.latest_at


class Summaries(_Part):
    def items(self) -> QuerySet[Summary]:
        return Summary.objects.published().only("pk", "published_at", "edited_at").order_by("pk")

    def lastmod(self, item: Summary):
        return item.edited_at or item.published_at


class Venues(_Part):
    def items(self) -> QuerySet[Venue]:
        return Venue.objects.filter(
            Exists(Paper.objects.filter(venue=OuterRef("pk"), summary_count__gt=0))
        ).order_by("pk")


class People(_Part):
    """Who signed something; anonymous work must not bring anybody in here."""

    def items(self) -> QuerySet[User]:
        signed = Summary.objects.published().filter(author=OuterRef("pk"), is_anonymous=False)
        return User.objects.filter(Exists(signed), is_active=True).order_by("pk")


PARTS: Mapping[str, type[Sitemap]] = {
    "pages": Pages,
    "papers": Papers,
    "summaries": Summaries,
    "venues": Venues,
    "people": People,
}

"""The URL map: one include() per app."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path

from papers.views.by_identifier import by_identifier
from shortscience import urls_machines
from shortscience.api import api
from shortscience.web import health, legacy_redirects, static_pages
from shortscience.web.sitemaps import PARTS

urlpatterns = [
    path("", include(legacy_redirects)),
    path("", include("papers.urls")),
    path("", include("syndication.views.feeds")),
    # Before the summaries: below a paper's primary key any other word is a slug.
    path("", include("library.urls")),
    path("", include("moderation.urls")),
    path("", include("syndication.urls")),
    path("", include("summaries.urls")),
    path("", include("search.urls")),
    path("paper/<path:name>", by_identifier, name="paper-by-name"),
    path("", include("notifications.urls")),
    path("", include("following.urls")),
    path("", include("mailing.urls")),
    path("", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("", include(urls_machines)),
    path("", include(static_pages)),
    path("sitemap.xml", sitemaps.index, {"sitemaps": PARTS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        sitemaps.sitemap,
        {"sitemaps": PARTS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("robots.txt", health.robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
admin.site.site_header = admin.site.site_title = f"{settings.SITE_NAME} moderation"
admin.site.index_title = "Moderation dashboard"

handler404 = "shortscience.web.health.page_not_found"
handler500 = "shortscience.web.health.server_error"

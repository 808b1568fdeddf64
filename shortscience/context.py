"""What every template may know about the site."""

from django.conf import settings
from django.http import HttpRequest

from summaries.views.feeds import feeds_of


def site(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get("theme", "")
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "feeds": feeds_of(request),
        "theme": theme if theme in {"light", "dark"} else "",
    }

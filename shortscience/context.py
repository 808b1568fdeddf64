"""The context processor with facts about the site."""

from django.conf import settings
from django.http import HttpRequest

from accounts import display_preferences
from syndication.views.feeds import feeds_of


def site(request: HttpRequest) -> dict[str, object]:
    """Add the site's name and address, its feeds, and the reader's display preferences."""
    person = getattr(request, "user", None)
    theme = display_preferences.theme_of(person, cookies=request.COOKIES)
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "feeds": feeds_of(request),
        "theme": theme,
        "themes": display_preferences.THEMES,
        "text_size": display_preferences.choice(person, "text"),
        "has_shortcuts": display_preferences.has_shortcuts(person),
    }

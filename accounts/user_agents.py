"""Which browser a session is of, in words."""

import re

from django.utils.translation import gettext as _

# The first that matches wins: Edge and Opera also call themselves Chrome, Chrome also Safari.
BROWSERS = [
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Version/[\d.]+ .*Safari/"),
]
SYSTEMS = [
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
]


def describe_browser(user_agent: str) -> str:
    """Of the header User-Agent: "Firefox on Linux", "Safari on iPhone", "An unknown browser"."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if not browser and not system:
        return _("An unknown browser")
    if not system:
        return browser
    named = {"browser": browser or _("A browser"), "system": system}
    return _("%(browser)s on %(system)s") % named


def _first(table: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, user_agent)), "")

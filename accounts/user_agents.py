"""Name the browser of a session."""

import re

from django.utils.translation import gettext as _

# The first match wins: Edge and Opera also claim to be Chrome, and Chrome claims to be Safari.
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
    """Describe a User-Agent header: "Firefox on Linux", "An unknown browser"."""
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if not browser and not system:
        return _("An unknown browser")
    if not system:
        return browser
    parts = {"browser": browser or _("A browser"), "system": system}
    return _("%(browser)s on %(system)s") % parts


def _first(table: list[tuple[str, str]], user_agent: str) -> str:
    return next((name for name, pattern in table if re.search(pattern, user_agent)), "")

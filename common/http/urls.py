"""Parse and build URLs."""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings


def parts_of(address: str) -> SplitResult:
    """Split a URL like `urlsplit`, but return empty parts for an invalid one such as "http://["."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def site_address(path: str) -> str:
    """Return the absolute URL of a path of this site: "/about" gives "https://…/about"."""
    return f"{settings.SITE_URL}{path}"

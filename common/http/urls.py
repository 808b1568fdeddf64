"""What stands in addresses that people write."""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings


def parts_of(address: str) -> SplitResult:
    """As `urlsplit`; all parts are empty of what is no address, like "http://[" or "http://a℀b"."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def site_address(path: str) -> str:
    """The absolute address of a path of this site: "/about" to "https://…/about"."""
    return f"{settings.SITE_URL}{path}"

"""What stands in addresses that people write."""

from urllib.parse import SplitResult, urlsplit


def parts_of(address: str) -> SplitResult:
    """As `urlsplit`; all parts are empty of what is no address, like "http://[" or "http://a℀b"."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")

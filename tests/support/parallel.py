"""What each of several test processes must have for itself."""

import os


def own_redis(url: str, *, first: int = 1) -> str:
    """The same server, with a database that no other test process uses: numbers from `first` on."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{url.rpartition('/')[0]}/{first + number}"

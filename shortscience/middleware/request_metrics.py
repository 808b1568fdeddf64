"""Count requests and their duration by page, over all web processes.

prometheus_client keeps the counters of each process in memory-mapped files, and the process that is
scraped adds up all files in METRICS_ROOT. So counting waits for no other service, and web processes
that share DATA_DIR, also in containers, report together. Hosts with a DATA_DIR of their own are
scraped one by one, as is usual with Prometheus.
"""

import fcntl
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

logger = logging.getLogger(__name__)

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# More than all pages need. If the disk is full, writing to a mapped file kills the process, so the
# space is allocated first.
FILE_BYTES = 1 << 20

# Used before `start`, or if the folder is not writable: counters of this process only.
disable_created_metrics()
_own = CollectorRegistry()
REQUESTS = Counter(
    "shortscience_requests",
    "Responses by page, method and status.",
    ["page", "method", "status"],
    registry=_own,
)
SECONDS = Histogram(
    "shortscience_request_seconds",
    "Response time by page.",
    ["page"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_own,
)


class RequestMetricsMiddleware:
    """Count every request; it is outermost, to include responses of other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        start()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        count(request, response.status_code, time.perf_counter() - started)
        return response


def count(request: HttpRequest, status: int, seconds: float) -> None:
    """Count one response."""
    page = _page(request)
    # Clients can send any method: the counters must not grow with it.
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(page, method, status).inc()
    SECONDS.labels(page).observe(seconds)


def document() -> str:
    """Return the metrics in the text format of Prometheus."""
    registry = _own
    if _slot:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(_slot.folder))
    return generate_latest(registry).decode()


class Slot:
    """A number that is unique among the processes that use the folder.

    It is the lowest free number, and replaces the process id in the names of the files: a process
    that gets the number of one that has ended continues its files. So there are never more files
    than concurrent processes, no sum decreases when a process ends, and processes in two containers
    with the same id do not collide. The operating system releases the locks with the process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._take()

    def number(self) -> int:
        """Return the number, or a new one after a fork."""
        if self._process != os.getpid():
            self._take()
        return self._number

    def _take(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._in_use = self._clean()
        self._number, self._lock = next(
            (candidate, lock)
            for candidate in itertools.count()
            if (lock := _locked(self.folder / f"{candidate}.lock")) is not None
        )
        self._process = os.getpid()
        for kind in ("counter", "histogram"):
            _take_room(self.folder / f"{kind}_{self._number}.db")

    def _clean(self) -> IO[bytes]:
        """Delete all counters when no process runs: files from a crash may be corrupt."""
        in_use = (self.folder / "in-use.lock").open("ab")
        try:
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            for left in self.folder.glob("*.db"):
                left.unlink(missing_ok=True)
        fcntl.flock(in_use, fcntl.LOCK_SH)
        return in_use


_starting = threading.Lock()
_slot: Slot | None = None


def start() -> None:
    """Start counting in files, once in each process."""
    global _slot
    with _starting:
        if _slot:
            return
        try:
            _slot = Slot(settings.METRICS_ROOT)
        except OSError as error:
            logger.warning("Request metrics are limited to each process: %s", error)
            return
        REQUESTS.clear()
        SECONDS.clear()
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_slot.folder)
        values.ValueClass = values.MultiProcessValue(_slot.number)


def _locked(path: Path) -> IO[bytes] | None:
    lock = path.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _take_room(path: Path) -> None:
    with path.open("ab") as file:
        if file.tell() < FILE_BYTES:
            if hasattr(os, "posix_fallocate"):  # Not on macOS.
                os.posix_fallocate(file.fileno(), 0, FILE_BYTES)
            else:
                file.truncate(FILE_BYTES)


def _page(request: HttpRequest) -> str:
    """Return the URL name of the page, of which there are only so many."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "none"
    return match.view_name or match.route

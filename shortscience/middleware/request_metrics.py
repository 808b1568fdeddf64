"""How many requests each page got, how they ended and how long they took, over all web processes.

prometheus_client keeps the counters of each process in files that are mapped into its memory, and
the process that is asked adds up all files in METRICS_ROOT. So counting waits for no other service,
and web processes that share DATA_DIR, in containers too, answer for each other. Those of hosts with
a DATA_DIR of their own are asked one by one, as Prometheus does anyway.
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
# More than all pages need. A mapped file whose disk fills up ends the process, so room is taken first.
FILE_BYTES = 1 << 20

# What there is before `start`, or if the folder cannot be written: counters of this process alone.
disable_created_metrics()
_own = CollectorRegistry()
REQUESTS = Counter(
    "shortscience_requests",
    "Answers by page, method and status.",
    ["page", "method", "status"],
    registry=_own,
)
SECONDS = Histogram(
    "shortscience_request_seconds",
    "How long answers took, by page.",
    ["page"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_own,
)


class RequestMetricsMiddleware:
    """Outermost, so that it sees what every other middleware answers by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        start()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        count(request, response.status_code, time.perf_counter() - begun)
        return response


def count(request: HttpRequest, status: int, seconds: float) -> None:
    page = _page(request)
    # Anything can be sent as a method: the counters must not grow by it.
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(page, method, status).inc()
    SECONDS.labels(page).observe(seconds)


def document() -> str:
    """For Prometheus: a counter of answers and a histogram of seconds."""
    registry = _own
    if _slot:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(_slot.folder))
    return generate_latest(registry).decode()


class Slot:
    """A number that this process alone has among all that use the folder.

    It is the lowest that is free and takes the place of a process id in the names of the files: who
    gets the number of a process that has ended goes on counting in its files. So there are never
    more files than processes at a time, no sum falls when a process ends, and two containers in
    which process 7 runs do not meet. The locks end with the process, however it ends.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._take()

    def number(self) -> int:
        """Another one after a fork."""
        if self._process != os.getpid():
            self._take()
        return self._number

    def _take(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._in_use = self._clean()
        self._number, self._lock = next(
            (number, lock)
            for number in itertools.count()
            if (lock := _locked(self.folder / f"{number}.lock")) is not None
        )
        self._process = os.getpid()
        for kind in ("counter", "histogram"):
            _take_room(self.folder / f"{kind}_{self._number}.db")

    def _clean(self) -> IO[bytes]:
        """Begin at nothing when no process runs: what a crash of the machine left may be broken."""
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
    """Count in files from now on, once in a process."""
    global _slot
    with _starting:
        if _slot:
            return
        try:
            _slot = Slot(settings.METRICS_ROOT)
        except OSError as error:
            logger.warning("Each process counts its requests for itself: %s", error)
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
    """The name of the page in the URL map: of those there are only so many."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "none"
    return match.view_name or match.route

"""How many requests each page got, how they ended and how long they took, over all web processes.

Every process counts in its memory and adds what it has to Redis every few seconds, so that a page
waits for nothing. Without Redis there is one process, whose memory is all. What a process that is
killed has not added yet is lost: a few seconds of one process.
"""

import atexit
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse

ADD_EVERY_SECONDS = 5
KEY = "shortscience:requests"
# Upper ends of the classes of the histogram, in seconds.
CLASSES = ("0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_lock = threading.Lock()
_counted: Counter[str] = Counter()
_last_added = 0.0


class RequestMetricsMiddleware:
    """Outermost, so that it sees what every other middleware answers by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        count(request, response.status_code, time.perf_counter() - begun)
        return response


def count(request: HttpRequest, status: int, seconds: float) -> None:
    page = _page(request)
    # Anything can be sent as a method: the counters must not grow by it.
    method = request.method if request.method in METHODS else "other"
    fallen_in = next(end for end in CLASSES if seconds <= float(end))
    with _lock:
        _counted[f"answers|{page}|{method}|{status}"] += 1
        _counted[f"class|{page}|{fallen_in}"] += 1
        _counted[f"microseconds|{page}"] += round(seconds * 1_000_000)
    if time.monotonic() - _last_added > ADD_EVERY_SECONDS:
        add_up()


def add_up() -> None:
    """Add to Redis what this process has counted; it is kept while Redis does not answer."""
    global _last_added
    if not settings.REDIS_URL:
        return
    with _lock:
        _last_added = time.monotonic()
        adding = Counter(_counted)
        _counted.clear()
    try:
        with _server() as server, server.pipeline(transaction=True) as pipe:
            for name, number in adding.items():
                pipe.hincrby(KEY, name, number)
            pipe.execute()
    except redis.RedisError:
        with _lock:
            _counted.update(adding)


atexit.register(add_up)


def lines() -> Iterator[str]:
    """For Prometheus: a counter of answers and a histogram of seconds."""
    found = _all()
    yield "# HELP shortscience_requests_total Answers by page, method and status."
    yield "# TYPE shortscience_requests_total counter"
    for name in sorted(found):
        kind, page, *rest = name.split("|")
        if kind == "answers":
            told = f'page="{page}",method="{rest[0]}",status="{rest[1]}"'
            yield f"shortscience_requests_total{{{told}}} {found[name]}"
    yield "# HELP shortscience_request_seconds How long answers took, by page."
    yield "# TYPE shortscience_request_seconds histogram"
    for name in sorted(found):
        kind, page, *_ = name.split("|")
        if kind == "microseconds":
            yield from _histogram(page, found)


def _histogram(page: str, found: dict[str, int]) -> Iterator[str]:
    so_far = 0
    for end in CLASSES:
        so_far += found.get(f"class|{page}|{end}", 0)
        yield f'shortscience_request_seconds_bucket{{page="{page}",le="{end}"}} {so_far}'
    seconds = found[f"microseconds|{page}"] / 1_000_000
    yield f'shortscience_request_seconds_sum{{page="{page}"}} {seconds:.6f}'
    yield f'shortscience_request_seconds_count{{page="{page}"}} {so_far}'


def _all() -> dict[str, int]:
    add_up()
    if settings.REDIS_URL:
        try:
            with _server() as server:
                return {name.decode(): int(number) for name, number in server.hgetall(KEY).items()}
        except redis.RedisError:
            pass
    with _lock:
        return dict(_counted)


def _server() -> redis.Redis:
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"], socket_timeout=0.5)


def _page(request: HttpRequest) -> str:
    """The name of the page in the URL map: of those there are only so many."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "none"
    name = match.view_name or match.route
    return name.replace("\\", "/").replace('"', "").replace("|", "/").replace("\n", "")

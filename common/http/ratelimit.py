"""Rate limits for people's actions and for our own calls, shared by all processes in the cache."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def hit(key: str, limit: int, per_seconds: int) -> int:
    """Count one action under `key` and return the seconds to wait, or 0 within `limit`.

    The windows are fixed, so that counting is one atomic operation in every cache.
    """
    now = _now()
    window = int(now // per_seconds)
    name = f"rate:{key}:{window}"
    cache.add(name, 0, timeout=per_seconds + 1)
    try:
        count = cache.incr(name)
    except ValueError:  # Dropped by the cache between the two calls.
        return 0
    return 0 if count <= limit else math.ceil((window + 1) * per_seconds - now) or 1


def _now() -> float:
    return time.time()


def humanize_duration(seconds: int) -> str:
    """Return a waiting time for people, rounded up: "40 seconds", "12 minutes", "3 hours"."""
    size = next((size for size in (3600, 60) if seconds > 2 * size or seconds == size), 1)
    count = math.ceil(seconds / size)
    templates = {
        3600: ngettext("%(count)s hour", "%(count)s hours", count),
        60: ngettext("%(count)s minute", "%(count)s minutes", count),
        1: ngettext("%(count)s second", "%(count)s seconds", count),
    }
    return templates[size] % {"count": count}


def too_many_message(wait_seconds: int) -> str:
    """Return the message of an exceeded limit, for pages, forms and JSON."""
    return _("Too many requests. Try again in %(time)s.") % {
        "time": humanize_duration(wait_seconds)
    }


def too_many_requests(wait_seconds: int, answer: HttpResponse | None = None) -> HttpResponse:
    """Return `answer`, or a plain text response, with status 429 and Retry-After (RFC 6585, 4).

    `answer` is a page that returns the text a person typed and shows `too_many_message`.
    """
    if answer is None:
        message = too_many_message(wait_seconds)
        answer = HttpResponse(message, content_type="text/plain; charset=utf-8")
    answer.status_code = 429
    answer["Retry-After"] = str(wait_seconds)
    return answer


def come_back_later(answer: HttpResponse, *, seconds: int = 5) -> HttpResponse:
    """Set status 503 and Retry-After (RFC 9110, 15.6.4): the site is busy, not the person."""
    answer.status_code = 503
    answer["Retry-After"] = str(seconds)
    return answer


def throttled(request: HttpRequest, *, action: str, per_minute: int) -> bool:
    """Count an action of the user and return whether the limit is exceeded.

    If it is, the next page shows an error message.
    """
    wait_seconds = hit(f"{action}:{request.user.pk}", per_minute, 60)
    if wait_seconds:
        messages.error(request, too_many_message(wait_seconds))
    return bool(wait_seconds)


def client_ip(request: HttpRequest) -> str:
    """Return the IP address of the client, for limits on people who are not signed in.

    Behind a trusted proxy this is the last address of X-Forwarded-For, which the proxy has added.
    The client can forge the ones before it.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.TRUST_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


class LockTimeoutError(Exception):
    """The lock was not available in time."""


@contextmanager
def one_at_a_time(
    service: str, *, spacing_seconds: float, patience_seconds: float
) -> Iterator[None]:
    """Hold the lock for calls to `service`, at least `spacing_seconds` after the last call ended.

    Raises LockTimeoutError when it is not available within `patience_seconds`. A process that dies
    while it holds the lock blocks the others for two minutes at most.
    """
    lock, mark = f"turn:{service}", f"turn-ended:{service}"
    deadline = time.monotonic() + patience_seconds
    while not cache.add(lock, 1, timeout=120):
        if time.monotonic() >= deadline:
            raise LockTimeoutError(service)
        time.sleep(0.05)
    try:
        pause = (cache.get(mark) or 0) + spacing_seconds - time.time()
        if pause > 0:
            if time.monotonic() + pause > deadline:
                raise LockTimeoutError(service)
            time.sleep(min(pause, spacing_seconds))
        try:
            # Also before the call, because this process may die during it.
            cache.set(mark, time.time(), timeout=3600)
            yield
        finally:
            # Measured from the end of the call: two calls that start at the right distance may
            # arrive closer together.
            cache.set(mark, time.time(), timeout=3600)
    finally:
        cache.delete(lock)

"""Limits shared by all processes through the cache: on people's deeds and on our own calls."""

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


def allow(key: str, limit: int, per_seconds: int) -> int:
    """Count one deed under `key`; 0 when it is within `limit`, else the seconds to wait.

    Windows are fixed, so that counting is one atomic step in every cache.
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


def in_words(seconds: int) -> str:
    """How long to wait, for people: "40 seconds", "12 minutes", "3 hours"; never too short."""
    size = next((size for size in (3600, 60) if seconds > 2 * size or seconds == size), 1)
    count = math.ceil(seconds / size)
    words = {
        3600: ngettext("%(count)s hour", "%(count)s hours", count),
        60: ngettext("%(count)s minute", "%(count)s minutes", count),
        1: ngettext("%(count)s second", "%(count)s seconds", count),
    }
    return words[size] % {"count": count}


def too_many_message(wait_seconds: int) -> str:
    """What everybody is told who has to wait, whether on a page, in a form or in JSON."""
    return _("Too many requests. Try again in %(time)s.") % {"time": in_words(wait_seconds)}


def too_many_requests(wait_seconds: int, answer: HttpResponse | None = None) -> HttpResponse:
    """`answer` with status 429 and Retry-After (RFC 6585, 4), or the words alone.

    A page comes as `answer` where somebody's text has to come back; it shows `too_many_message`.
    """
    if answer is None:
        words = too_many_message(wait_seconds)
        answer = HttpResponse(words, content_type="text/plain; charset=utf-8")
    answer.status_code = 429
    answer["Retry-After"] = str(wait_seconds)
    return answer


def come_back_later(answer: HttpResponse, *, seconds: int = 5) -> HttpResponse:
    """`answer` with status 503 and Retry-After (RFC 9110, 15.6.4): the site is busy, not the person."""
    answer.status_code = 503
    answer["Retry-After"] = str(seconds)
    return answer


def is_too_quick(request: HttpRequest, *, deed: str, per_minute: int) -> bool:
    """Count a deed of the person; one that is too many is told on the next page."""
    wait_seconds = allow(f"{deed}:{request.user.pk}", per_minute, 60)
    if wait_seconds:
        messages.error(request, too_many_message(wait_seconds))
    return bool(wait_seconds)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for limits on those who are not signed in.

    Behind a trusted proxy the last address of X-Forwarded-For is the one that the proxy saw; what
    stands before it anybody can write.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.TRUST_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


class LockTimeoutError(Exception):
    """No turn came up in time."""


@contextmanager
def one_at_a_time(
    service: str, *, spacing_seconds: float, patience_seconds: float
) -> Iterator[None]:
    """Hold the only turn for calls to `service`, at least `spacing_seconds` after the last ended.

    Raises LockTimeoutError when no turn comes up within `patience_seconds`. A process that dies with its
    turn blocks the others for two minutes at most.
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
            # Once before the call too: this process may die in it.
            cache.set(mark, time.time(), timeout=3600)
            yield
        finally:
            # From the end, for how long a call takes to arrive nobody knows: two that leave here
            # at the right distance may arrive closer together.
            cache.set(mark, time.time(), timeout=3600)
    finally:
        cache.delete(lock)

"""HTTP requests to other services.

Every call has one deadline from the DNS look-up to the last byte, a limit on the response size, an
allowed host, and a rate limit that all processes share. It sends our User-Agent, and pauses a
service for a while after repeated failures.
"""

import datetime
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from common.http.connections import (
    ACCEPT_ENCODING,
    CALL_ERRORS,
    AnswerTooLargeError,
    Deadline,
    DeadlineError,
    OutsideError,
    Transport,
    pieces,
)
from common.http.ratelimit import LockTimeoutError, one_at_a_time
from common.http.urls import parts_of
from common.http.webhook import ForbiddenHostError, NotSentError, pinned
from common.text.integers import parse_positive_int

RETRIED_STATUSES = {429, 502, 503, 504}
MAX_TRIES = 3
MAX_REDIRECTS = 3
FAILURES_BEFORE_PAUSE = 8
PAUSE_SECONDS = 300


class HttpError(Exception):
    """The request failed; the subclass says what the caller can do."""


class HttpUnavailableError(HttpError):
    """The service did not respond, or asked for a pause: worth trying again later."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None):
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class HttpRefusedError(HttpError):
    """The response is too large, or the host or a redirect is not allowed: retrying is useless."""


@dataclass(frozen=True)
class Answer:
    """A response; `headers` have lower-case names."""

    status: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Service:
    """The settings of one outside service; `base_url` also names the only allowed host.

    `shares_turn_with` is the key of a service whose rate limit also covers this one.
    """

    name: str
    base_url: str
    spacing_seconds: float = 0.0
    shares_turn_with: str = ""
    max_bytes: int = 5 * 1024 * 1024
    connect_seconds: float = 5.0
    read_seconds: float = 30.0
    total_seconds: float = 60.0
    auth: tuple[str, str] | None = field(default=None, repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def key(self) -> str:
        """The name for cache keys, which must not contain spaces."""
        return self.name.replace(" ", "-")


def get(
    service: Service,
    url: str,
    *,
    params: dict[str, str] | None = None,
    accept: str = "*/*",
    patience_seconds: float = 60.0,
) -> Answer:
    """Send a GET request, for at most `patience_seconds` including all pauses and retries.

    Statuses in RETRIED_STATUSES are retried; a response with any other status is returned. Raises
    HttpUnavailableError or HttpRefusedError.
    """
    return _ask(service, url, params, accept, None, patience_seconds)


def post(
    service: Service,
    url: str,
    *,
    json: Mapping[str, object],
    accept: str = "*/*",
    patience_seconds: float = 60.0,
) -> Answer:
    """Send a POST request with a JSON object, like `get`.

    It may be retried, so it must be idempotent: a sign-in or a query.
    """
    return _ask(service, url, None, accept, json, patience_seconds)


def get_public(
    url: str,
    *,
    max_bytes: int,
    accept: str = "*/*",
    seconds: float = 20.0,
    may_read: Callable[[str], bool] = lambda url: True,
) -> Answer:
    """Send one GET request to an address that a person entered, without retries.

    The host must be public and the port one of OUTGOING_PORTS; redirects are followed and checked
    in the same way, and `may_read` must accept each of their addresses. The whole call lasts at most
    `seconds`. Raises HttpUnavailableError or HttpRefusedError.
    """
    deadline = Deadline(seconds)
    name = parts_of(url).hostname or "That host"
    service = Service(name=name, base_url=url, max_bytes=max_bytes)
    headers = {
        "User-Agent": settings.USER_AGENT,
        "Accept": accept,
        "Accept-Encoding": ACCEPT_ENCODING,
    }
    try:
        with _errors(name), _client(service, deadline, headers=headers, trust_env=False) as client:
            for _hop in range(MAX_REDIRECTS + 1):
                if not may_read(url):
                    raise HttpRefusedError(
                        _("%(name)s redirected us to another host.") % {"name": name}
                    )
                answer = _read_pinned(client, service, url, deadline)
                target = answer.headers.get("location")
                if answer.status not in {301, 302, 303, 307, 308} or not target:
                    return answer
                url = urljoin(url, target)
    except ForbiddenHostError as error:
        raise HttpRefusedError(str(error)) from error
    except ValueError as error:
        # The target of a redirect is untrusted too.
        raise HttpRefusedError(_unreadable(name)) from error
    except NotSentError as error:
        raise HttpUnavailableError(str(error)) from error
    raise HttpRefusedError(_("%(name)s redirected us too many times.") % {"name": name})


def _read_pinned(client: httpx.Client, service: Service, url: str, deadline: Deadline) -> Answer:
    target, host = pinned(url, only_https=False, deadline=deadline, ports=settings.OUTGOING_PORTS)
    more = {
        "headers": {"Host": host},
        "extensions": {"sni_hostname": urlsplit(url).hostname},
    }
    return _read(client, service, target, None, None, deadline, **more)


def _client(service: Service, deadline: Deadline, **options: Any) -> httpx.Client:
    """Create a client for one call with its redirects, in one thread."""
    transport = Transport(
        deadline, max_bytes=service.max_bytes, uses_proxies=options.get("trust_env", True)
    )
    timeout = httpx.Timeout(service.read_seconds, connect=service.connect_seconds)
    return httpx.Client(transport=transport, timeout=timeout, **options)


@contextmanager
def _errors(name: str) -> Iterator[None]:
    """Translate errors of the transport into HttpError with a message for people."""
    try:
        yield
    except DeadlineError as error:
        raise HttpUnavailableError(
            _("%(name)s is responding too slowly. Try again later.") % {"name": name}
        ) from error
    except AnswerTooLargeError as error:
        raise HttpRefusedError(
            _("The response from %(name)s is too large.") % {"name": name}
        ) from error
    except OutsideError as error:
        raise HttpRefusedError(str(error)) from error
    except CALL_ERRORS as error:
        raise HttpUnavailableError(
            _("%(name)s is not responding. Try again later.") % {"name": name}
        ) from error
    except httpx.InvalidURL as error:
        raise HttpRefusedError(_unreadable(name)) from error


def _unreadable(name: str) -> str:
    return _("%(name)s returned an invalid address.") % {"name": name}


def _ask(
    service: Service,
    url: str,
    params: dict[str, str] | None,
    accept: str,
    json: object,
    patience_seconds: float,
) -> Answer:
    deadline = time.monotonic() + patience_seconds
    if cache.get(f"resting:{service.key}"):
        raise HttpUnavailableError(
            _("%(name)s is unavailable. We'll retry later.") % {"name": service.name}
        )
    problem = HttpUnavailableError(
        _("%(name)s is not responding. Try again later.") % {"name": service.name}
    )
    for attempt in range(MAX_TRIES):
        try:
            answer = _in_turn(service, url, params, accept, json, deadline)
        except LockTimeoutError:
            raise HttpUnavailableError(
                _("%(name)s is busy. Try again in a few seconds.") % {"name": service.name}
            ) from None
        except HttpUnavailableError as error:
            problem, pause = error, _backoff(attempt)
        else:
            if answer.status not in RETRIED_STATUSES:
                cache.delete(f"failures:{service.key}")
                return answer
            retry_after = _retry_after(answer.headers.get("retry-after", ""))
            problem = HttpUnavailableError(
                _("%(name)s is busy. Try again later.") % {"name": service.name},
                retry_after_seconds=retry_after,
            )
            pause = max(retry_after or 0.0, _backoff(attempt))
        if attempt + 1 == MAX_TRIES or time.monotonic() + pause >= deadline:
            break
        time.sleep(pause)
    _count_failure(service)
    raise problem


def _in_turn(
    service: Service,
    url: str,
    params: dict[str, str] | None,
    accept: str,
    json: object,
    deadline: float,
) -> Answer:
    remaining_seconds = deadline - time.monotonic()
    with one_at_a_time(
        service.shares_turn_with or service.key,
        spacing_seconds=service.spacing_seconds,
        patience_seconds=max(remaining_seconds, 0),
    ):
        remaining_seconds = max(deadline - time.monotonic(), 0.1)
        return _follow(
            service,
            url,
            params,
            accept,
            json,
            Deadline(min(remaining_seconds, service.total_seconds)),
        )


def _follow(
    service: Service,
    url: str,
    params: dict[str, str] | None,
    accept: str,
    json: object,
    deadline: Deadline,
) -> Answer:
    """Send one request and follow redirects within the host of the service."""
    headers = {
        "User-Agent": settings.USER_AGENT,
        "Accept": accept,
        "Accept-Encoding": ACCEPT_ENCODING,
        **service.headers,
    }
    with (
        _errors(service.name),
        _client(service, deadline, headers=headers, auth=service.auth) as client,
    ):
        for _hop in range(MAX_REDIRECTS + 1):
            _check_host(service, url)
            answer = _read(client, service, url, params, json, deadline)
            target = answer.headers.get("location")
            if answer.status not in {301, 302, 303, 307, 308} or not target:
                return answer
            url, params = urljoin(url, target), None
            json = json if answer.status in {307, 308} else None  # RFC 9110, 15.4
    raise HttpRefusedError(_("%(name)s redirected us too many times.") % {"name": service.name})


def _read(
    client: httpx.Client,
    service: Service,
    url: str | httpx.URL,
    params: dict[str, str] | None,
    json: object,
    deadline: Deadline,
    **more: Any,
) -> Answer:
    """Read the whole response; its size is limited after decompression."""
    body = bytearray()
    method = "GET" if json is None else "POST"
    with client.stream(method, url, params=params, json=json, **more) as response:
        for piece in pieces(response, deadline):
            body += piece
            if len(body) > service.max_bytes:
                raise AnswerTooLargeError
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, bytes(body), headers)


def _check_host(service: Service, url: str) -> None:
    target, base = urlsplit(url), urlsplit(service.base_url)
    if target.scheme not in {"http", "https"} or target.hostname != base.hostname:
        raise HttpRefusedError(
            _("%(name)s redirected us to another host.") % {"name": service.name}
        )


def _backoff(attempt: int) -> float:
    seconds: float = 0.5 * 2**attempt * (1 + random.random() / 2)  # noqa: S311  Not used for security.
    return seconds


def _retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header, a number or a date (RFC 9110, 10.2.3)."""
    seconds = parse_positive_int(value.strip())
    if seconds is not None:
        return float(seconds)
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.UTC)
    return max((at - datetime.datetime.now(datetime.UTC)).total_seconds(), 0.0)


def _count_failure(service: Service) -> None:
    name = f"failures:{service.key}"
    cache.add(name, 0, timeout=PAUSE_SECONDS)
    try:
        count = cache.incr(name)
    except ValueError:
        return
    if count >= FAILURES_BEFORE_PAUSE:
        until = time.time() + PAUSE_SECONDS
        cache.set(f"resting:{service.key}", until, timeout=PAUSE_SECONDS)
        cache.delete(name)


def rests_until(name: str) -> datetime.datetime | None:
    """Return when the pause of a failing service ends; None when it is not paused."""
    until = cache.get(f"resting:{name.replace(' ', '-')}")
    return datetime.datetime.fromtimestamp(until, datetime.UTC) if until else None

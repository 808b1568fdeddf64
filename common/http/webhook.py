"""Send something to another host exactly as often as asked: one try, and what became of it.

`lib.http` reads, where a second try costs nothing. Here a second try may be a second post, so the
errors tell whether the first one can have arrived.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from django.conf import settings

from common.http.connections import (
    ACCEPT_ENCODING,
    CALL_ERRORS,
    AnswerTooLargeError,
    Deadline,
    DeadlineError,
    LookUpError,
    OutsideError,
    Transport,
    look_up,
    pieces,
)

CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
# From the look-up of the name to the end of the answer; well within CLAIM_SECONDS.
TOTAL_SECONDS = 30.0
MAX_BYTES = 1024 * 1024
FORM = "application/x-www-form-urlencoded"


class DeliveryError(Exception):
    """The message says what happened, without any secret of the address."""


class NotSentError(DeliveryError):
    """Nothing was sent: it may be tried again."""


class DeliveryUnknownError(DeliveryError):
    """It was sent and no answer came: nobody knows whether it arrived."""


class ForbiddenHostError(DeliveryError):
    """The address does not lead to a public host; no later try will."""


@dataclass(frozen=True)
class Reply:
    """`headers` have lower-case names; `json` is {} when the body is none."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, Any]:
        try:
            told = httpx.Response(200, content=self.body).json()
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def retry_after_seconds(self) -> float | None:
        value = self.headers.get("retry-after", "")
        is_number = re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", value)
        return float(value) if is_number else None


def http_send(
    method: str,
    url: str,
    *,
    json: object | None = None,
    form: dict[str, str] | list[tuple[str, str]] | None = None,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """One request without redirects; any answer of the host is a Reply.

    Raises NotSentError, Uncertain or ForbiddenHostError.
    """
    deadline = Deadline(TOTAL_SECONDS)
    target, host = pinned(url, deadline=deadline)
    transport = Transport(deadline, max_bytes=MAX_BYTES)
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        with httpx.Client(timeout=timeout, transport=transport, trust_env=False) as client:
            request = client.build_request(
                method,
                target,
                json=json,
                content=content if form is None else urlencode(form).encode(),
                headers={
                    "User-Agent": settings.USER_AGENT,
                    "Accept-Encoding": ACCEPT_ENCODING,
                    **({} if form is None else {"Content-Type": FORM}),
                    **(headers or {}),
                    "Host": host,
                },
                extensions={"sni_hostname": urlsplit(url).hostname},
            )
            answer = client.send(request, stream=True)
            try:
                body = _read(answer, deadline)
            finally:
                answer.close()
    except OutsideError as error:
        raise ForbiddenHostError(str(error)) from error
    except (*CALL_ERRORS, AnswerTooLargeError) as error:
        # Not by the kind of error: a deadline may end while connecting, or long after.
        if not transport.has_sent:
            raise NotSentError("The service cannot be reached.") from error
        raise DeliveryUnknownError("The service took it and did not answer.") from error
    return Reply(
        answer.status_code,
        body,
        {name.lower(): value for name, value in answer.headers.items()},
    )


def _read(answer: httpx.Response, deadline: Deadline) -> bytes:
    body = bytearray()
    for piece in pieces(answer, deadline):
        body += piece
        if len(body) > MAX_BYTES:
            break
    return bytes(body[:MAX_BYTES])


def pinned(
    url: str,
    *,
    only_https: bool = True,
    deadline: Deadline | None = None,
    ports: Collection[int] = (),
) -> tuple[httpx.URL, str]:
    """The address with the number of its host in place of the name, and the Host header.

    Checked and used are one look-up: a name that leads to a public host now and into our own
    network a moment later (DNS rebinding) is of no use to anybody. No `ports` means any port. Raises
    ForbiddenHostError, and NotSentError also when the look-up lasts longer than the deadline.
    """
    deadline = deadline or Deadline(CONNECT_SECONDS)
    try:
        parts = httpx.URL(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
        if only_https and parts.scheme != "https" and not settings.ALLOW_PRIVATE_CHANNELS:
            raise ForbiddenHostError("The address must begin with https.")
        numbers = look_up(parts.host, port, deadline, is_public=True)
    except OutsideError as error:
        raise ForbiddenHostError(str(error)) from None
    except (LookUpError, DeadlineError) as error:
        raise NotSentError("The name of the service cannot be found.") from error
    except (httpx.InvalidURL, KeyError, ValueError):
        raise ForbiddenHostError("This is no http or https address.") from None
    if not settings.ALLOW_PRIVATE_CHANNELS:
        numbers = [number for number in numbers if _is_public(number)]
    if not numbers:
        raise ForbiddenHostError("The address does not lead to a public host.")
    if ports and port not in ports and not settings.ALLOW_PRIVATE_CHANNELS:
        raise ForbiddenHostError(f"The address asks for port {port}, which is not allowed here.")
    return parts.copy_with(host=numbers[0]), parts.netloc.decode("ascii")


# Ways into IPv4 by numbers of IPv6, behind which a network of ours may lie; `is_global` knows none
# of them: RFC 6052, RFC 8215, RFC 3056, and the form of RFC 4291, 2.5.5.1, that nobody uses.
_WAYS_INTO_IPV4 = [
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96")
]


def _is_public(number: str) -> bool:
    """Whether the number is of one host that the whole internet reaches."""
    found = ipaddress.ip_address(number)
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if found.version == 4:
        return True
    # What was once meant for use inside one site.
    return not found.is_site_local and not any(found in way for way in _WAYS_INTO_IPV4)

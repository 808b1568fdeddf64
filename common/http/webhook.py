"""Send a request to another host exactly once, without retries.

`common.http.client` reads, where a retry is harmless. Here a retry may publish a post twice, so the
errors say whether the request may have arrived.
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
# From the DNS look-up to the end of the response; well within CLAIM_SECONDS.
TOTAL_SECONDS = 30.0
MAX_BYTES = 1024 * 1024
FORM = "application/x-www-form-urlencoded"


class DeliveryError(Exception):
    """The request failed; the message contains no secrets of the URL."""


class NotSentError(DeliveryError):
    """Nothing was sent: it is safe to try again."""


class DeliveryUnknownError(DeliveryError):
    """The request was sent, but no response came: it may have arrived."""


class ForbiddenHostError(DeliveryError):
    """The address does not belong to a public host: retrying is useless."""


@dataclass(frozen=True)
class Reply:
    """A response; `headers` have lower-case names."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object, or {} when it is anything else."""
        try:
            payload = httpx.Response(200, content=self.body).json()
        except ValueError:
            return {}
        return payload if isinstance(payload, dict) else {}

    @property
    def retry_after_seconds(self) -> float | None:
        """The number in the Retry-After header; None when there is none, or a date."""
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
    """Send one request without following redirects and return the response, whatever its status.

    Raises NotSentError, DeliveryUnknownError or ForbiddenHostError.
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
        # The type of the error does not decide: the deadline may pass before or after sending.
        if not transport.has_sent:
            raise NotSentError("The service cannot be reached.") from error
        raise DeliveryUnknownError(
            "The service did not respond; the request may have arrived."
        ) from error
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
    """Return the URL with an IP address in place of the host name, and the Host header.

    The address that was checked is the one that is used, so a name that resolves to our own network
    a moment later (DNS rebinding) does no harm. Empty `ports` allow any port. Raises
    ForbiddenHostError, or NotSentError when the name cannot be resolved before the deadline.
    """
    deadline = deadline or Deadline(CONNECT_SECONDS)
    try:
        parts = httpx.URL(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
        if only_https and parts.scheme != "https" and not settings.ALLOW_PRIVATE_CHANNELS:
            raise ForbiddenHostError("The address must begin with https.")
        addresses = look_up(parts.host, port, deadline, is_public=True)
    except OutsideError as error:
        raise ForbiddenHostError(str(error)) from None
    except (LookUpError, DeadlineError) as error:
        raise NotSentError("The name of the service cannot be found.") from error
    except (httpx.InvalidURL, KeyError, ValueError):
        raise ForbiddenHostError("This is not an http or https address.") from None
    if not settings.ALLOW_PRIVATE_CHANNELS:
        addresses = [address for address in addresses if _is_public(address)]
    if not addresses:
        raise ForbiddenHostError("The address does not lead to a public host.")
    if ports and port not in ports and not settings.ALLOW_PRIVATE_CHANNELS:
        raise ForbiddenHostError(f"The address asks for port {port}, which is not allowed here.")
    return parts.copy_with(host=addresses[0]), parts.netloc.decode("ascii")


# IPv6 addresses that embed an IPv4 address, which may be in our own network; `is_global` does not
# cover them: RFC 6052, RFC 8215, RFC 3056, and the deprecated form of RFC 4291, 2.5.5.1.
_WAYS_INTO_IPV4 = [
    ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96")
]


def _is_public(address: str) -> bool:
    """Return whether the address is a globally reachable unicast address."""
    parsed = ipaddress.ip_address(address)
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    if parsed.version == 4:
        return True
    # Site-local addresses are deprecated (RFC 3879) but may still be in use.
    return not parsed.is_site_local and not any(parsed in net for net in _WAYS_INTO_IPV4)

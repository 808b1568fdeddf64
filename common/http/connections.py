"""Connections to other hosts that end in time, whatever the other side does.

A time limit for each read is none for the whole: a host that sends one byte a second never reaches
it. So every look-up, connecting, handshake, write and read here gets what is left of one deadline.
With OUTGOING=loopback nothing leaves this machine: other hosts are refused before the look-up.
"""

import ipaddress
import os
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx
from django.conf import settings

# What stands around the body of an answer: its headers, and the sizes of its chunks.
HEADER_BYTES = 256 * 1024
# A look-up cannot be broken off: so many may hang at once, the next ones wait for one to end.
LOOK_UPS_AT_ONCE = 8
# What goes wrong on the way. `httpx` adds its own when it unpacks or reads an address.
CALL_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpx.TransportError,
    httpx.DecodingError,
    httpx.StreamError,
)


class DeadlineError(httpcore.TimeoutException, TimeoutError):
    """The time for the whole call is over; also a TimeoutError, for libraries of sockets."""


class LookUpError(httpcore.ConnectError, OSError):
    """The name leads nowhere, or its servers did not answer in time."""


class OutsideError(ConnectionError):
    """OUTGOING=loopback, and the host is not this machine."""


class AnswerTooLargeError(Exception):
    """More bytes came than the answer may have, before unpacking or after."""


class Deadline:
    """The moment when a call must be over."""

    def __init__(self, seconds: float):
        self.at = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.at

    def left(self, most: float | None = None) -> float:
        """Seconds, `most` at most; raises DeadlineError when there are none."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise DeadlineError("The time for this call is over.")
        return seconds if most is None else min(seconds, most)


# -- bodies -----------------------------------------------------------------------------------

_PIECE_BYTES = 64 * 1024


def pieces(answer: httpx.Response, deadline: Deadline) -> Iterator[bytes]:
    """The body of a streamed answer, unpacked in pieces of 64 KiB at most.

    `iter_bytes` unpacks all that came at once, and gzip within gzip as well: 64 KiB of that are
    gigabytes before anybody can count them. Raises httpx.DecodingError, CALL_ERRORS.
    """
    kind = answer.headers.get("Content-Encoding", "").strip().lower()
    if kind in {"", "identity"}:
        found = answer.iter_raw()
    elif kind in _WINDOWS:
        found = _unpacked(answer.iter_raw(), zlib.decompressobj(_WINDOWS[kind]))
    else:
        raise httpx.DecodingError(f"Nobody asked for {kind[:40]}.")
    for piece in found:
        deadline.left()
        yield piece


# As zlib calls them: with the head of gzip, and with its own.
_WINDOWS = {
    "gzip": 16 + zlib.MAX_WBITS,
    "x-gzip": 16 + zlib.MAX_WBITS,
    "deflate": zlib.MAX_WBITS,
}
ACCEPT_ENCODING = "gzip, deflate"


def _unpacked(parts: Iterable[bytes], unpacking: "zlib._Decompress") -> Iterator[bytes]:
    try:
        for part in parts:
            while part:
                yield unpacking.decompress(part, _PIECE_BYTES)
                part = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error


# -- names ------------------------------------------------------------------------------------


class _LookUps:
    """Threads that ask the system for names; one that hangs is left behind until the system gives
    up, after half a minute as a rule (resolv.conf(5), timeout and attempts).

    What people wrote has places of its own, so that names that never answer keep no catalogue
    waiting.
    """

    def __init__(self) -> None:
        self.places = {
            is_public: threading.BoundedSemaphore(LOOK_UPS_AT_ONCE) for is_public in (False, True)
        }

    def ask(self, host: str, port: int, deadline: Deadline, *, is_public: bool) -> list[str]:
        places = self.places[is_public]
        if not places.acquire(timeout=deadline.left()):
            raise LookUpError("Too many look-ups of names are under way.")
        found: list[list[str] | OSError] = []

        def run() -> None:
            try:
                found.append(_numbers(host, port))
            except (OSError, UnicodeError) as error:
                found.append(LookUpError(str(error)))
            finally:
                places.release()

        thread = threading.Thread(target=run, name=f"look up {host[:40]}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            places.release()
            raise
        thread.join(deadline.left())
        if not found:
            raise LookUpError("The name servers did not answer in time.")
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]


_look_ups = _LookUps()


def _after_fork() -> None:
    """A child has none of its parent's threads, and so nobody who would give places back."""
    global _look_ups
    _look_ups = _LookUps()


os.register_at_fork(after_in_child=_after_fork)


def _numbers(host: str, port: int, flags: int = 0) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


def look_up(host: str, port: int, deadline: Deadline, *, is_public: bool = False) -> list[str]:
    """The numbers of a host, e.g. ["192.0.2.7"]; `is_public` for names that people wrote.

    Raises LookUpError, DeadlineError and OutsideError.
    """
    try:
        return _numbers(host, port, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        pass  # It is a name.
    if settings.OUTGOING == "loopback":
        if not _is_own_name(host):
            raise OutsideError(_outside(host))
        return ["127.0.0.1", "::1"]
    return _look_ups.ask(host, port, deadline, is_public=is_public)


def _is_own_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def is_loopback(number: str) -> bool:
    found = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def refuse_outside(number: str) -> None:
    """Raises OutsideError for a host that is not this machine, if this site may ask no other."""
    if settings.OUTGOING == "loopback" and not is_loopback(number):
        raise OutsideError(_outside(number))


def _outside(host: str) -> str:
    return f"This site may not connect to {host}: OUTGOING is loopback."


# -- connections for httpx ---------------------------------------------------------------------


class _Stream(httpcore.NetworkStream):
    """A connection of which every step ends with the deadline, and which counts what comes."""

    def __init__(self, inner: httpcore.NetworkStream, call: "_Backend"):
        self._inner, self._call = inner, call

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            data = self._inner.read(max_bytes, self._call.deadline.left(timeout))
        except httpcore.ReadTimeout:
            self._call.deadline.left()  # Say which of the two times was over.
            raise
        self._call.bytes_left -= len(data)
        if self._call.bytes_left < 0:
            raise AnswerTooLargeError
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # Piece by piece: the layer below gives each piece the whole time again.
        for start in range(0, len(buffer), 16_384):
            left = self._call.deadline.left(timeout)
            self._call.has_sent = True
            self._inner.write(buffer[start : start + 16_384], left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        # OpenSSL's handshake counts its time as a whole, also when it comes in drops.
        left = self._call.deadline.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._call)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline, max_bytes: int):
        self.deadline = deadline
        self.bytes_left = max_bytes
        self.has_sent = False
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """The first number of the host that answers; all of them together get the time of one."""
        connecting = Deadline(self.deadline.left(timeout))
        problem: Exception = LookUpError(f"{host} has no number.")
        for number in look_up(host, port, connecting):
            refuse_outside(number)
            try:
                inner = self._inner.connect_tcp(
                    number, port, connecting.left(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Stream(inner, self)
        raise problem

    def connect_unix_socket(self, *args: object, **options: object) -> httpcore.NetworkStream:
        raise NotImplementedError


class _Body(httpx.SyncByteStream):
    """The body of an answer; its connection serves this answer alone."""

    def __init__(self, stream: Any, pool: httpcore.ConnectionPool):
        self._stream, self._pool = stream, pool

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()
        self._pool.close()


class Transport(httpx.BaseTransport):
    """For an httpx client of one call and of one thread: `httpx.Client(transport=Transport(…))`.

    Every request has a connection of its own: kept open, one to the number of a host would be used
    for another name at the same number. An answer with more than `max_bytes`, with some room for its
    headers, raises AnswerTooLargeError. Other errors are CALL_ERRORS and OutsideError.
    `has_sent` tells whether anything of a request may have arrived.
    """

    def __init__(self, deadline: Deadline, *, max_bytes: int, uses_proxies: bool = False):
        self._backend = _Backend(deadline, max_bytes + HEADER_BYTES)
        self._uses_proxies = uses_proxies

    @property
    def has_sent(self) -> bool:
        return self._backend.has_sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if settings.OUTGOING == "loopback":
            # Behind a proxy on this machine lies the whole internet.
            _refuse_host(request.url.host)
        pool = self._pool(request.url)
        try:
            answer = pool.handle_request(_for_httpcore(request))
        except BaseException:
            pool.close()
            raise
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream, pool),
            extensions=answer.extensions,
        )

    def _pool(self, url: httpx.URL) -> httpcore.ConnectionPool:
        proxy = _proxy_for(url) if self._uses_proxies else None
        # Reading all certificates takes longer than a whole call without TLS.
        needs_tls = url.scheme == "https" or (proxy is not None and proxy.url.scheme == "https")
        context = httpx.create_ssl_context(trust_env=self._uses_proxies) if needs_tls else None
        options: dict[str, Any] = {"ssl_context": context, "network_backend": self._backend}
        if proxy is None:
            return httpcore.ConnectionPool(**options)
        return httpcore.HTTPProxy(
            proxy_url=str(proxy.url),
            proxy_auth=proxy.raw_auth,
            proxy_headers=proxy.headers.raw,
            **options,
        )


def _refuse_host(host: str) -> None:
    if _is_own_name(host):
        return
    try:
        number = _numbers(host, 0, socket.AI_NUMERICHOST)[0]
    except (OSError, UnicodeError):
        raise OutsideError(_outside(host)) from None
    refuse_outside(number)


def _for_httpcore(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    """What HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say."""
    if proxy_bypass(url.host):
        return None
    told = getproxies()
    address = told.get(url.scheme) or told.get("all")
    if not address:
        return None
    return httpx.Proxy(address if "://" in address else f"http://{address}")

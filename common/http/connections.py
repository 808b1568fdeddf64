"""Connections to other hosts with one deadline for the whole call.

A time limit for each read does not limit the whole call: a host that sends one byte a second never
reaches it. So every DNS look-up, connect, handshake, write and read gets the remaining time of one
deadline. With OUTGOING=loopback, other hosts are refused before the DNS look-up.
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

# Added to the limit of the body, for headers and chunk sizes.
HEADER_BYTES = 256 * 1024
# A DNS look-up cannot be cancelled. At most this many run at once; further ones wait.
LOOK_UPS_AT_ONCE = 8
# Errors of a call. `httpx` adds its own when it decodes a body or parses a URL.
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
    """The deadline of the call has passed; also a TimeoutError, for libraries that use sockets."""


class LookUpError(httpcore.ConnectError, OSError):
    """The name does not exist, or its name servers did not respond in time."""


class OutsideError(ConnectionError):
    """The host is not this machine, and OUTGOING is "loopback"."""


class AnswerTooLargeError(Exception):
    """The response is larger than allowed, before or after decompression."""


class Deadline:
    """The time when a call must be finished."""

    def __init__(self, seconds: float):
        self.at = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.at

    def left(self, most: float | None = None) -> float:
        """Return the remaining seconds, at most `most`; raises DeadlineError when none remain."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise DeadlineError("The time for this call is over.")
        return seconds if most is None else min(seconds, most)


# -- bodies -----------------------------------------------------------------------------------

_PIECE_BYTES = 64 * 1024


def pieces(answer: httpx.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield the decompressed body of a streamed response in pieces of at most 64 KiB.

    `iter_bytes` decompresses a whole chunk at once, and nested gzip as well, so 64 KiB can become
    gigabytes before the caller can count them. Raises httpx.DecodingError and CALL_ERRORS.
    """
    kind = answer.headers.get("Content-Encoding", "").strip().lower()
    if kind in {"", "identity"}:
        parts = answer.iter_raw()
    elif kind in _WINDOWS:
        parts = _unpacked(answer.iter_raw(), zlib.decompressobj(_WINDOWS[kind]))
    else:
        raise httpx.DecodingError(f"Unexpected content encoding {kind[:40]}.")
    for piece in parts:
        deadline.left()
        yield piece


# `wbits` of zlib: with a gzip header, and with a zlib header.
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
    """DNS look-ups in threads, because the system call has no deadline.

    A thread that hangs is abandoned; the system gives up after about 30 seconds (resolv.conf(5),
    timeout and attempts). Addresses that people entered have separate slots, so that name servers
    that never respond do not block the catalogues.
    """

    def __init__(self) -> None:
        self.slots = {
            is_public: threading.BoundedSemaphore(LOOK_UPS_AT_ONCE) for is_public in (False, True)
        }

    def ask(self, host: str, port: int, deadline: Deadline, *, is_public: bool) -> list[str]:
        slots = self.slots[is_public]
        if not slots.acquire(timeout=deadline.left()):
            raise LookUpError("Too many DNS look-ups are running.")
        results: list[list[str] | OSError] = []

        def run() -> None:
            try:
                results.append(_numbers(host, port))
            except (OSError, UnicodeError) as error:
                results.append(LookUpError(str(error)))
            finally:
                slots.release()

        thread = threading.Thread(target=run, name=f"look up {host[:40]}", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            slots.release()
            raise
        thread.join(deadline.left())
        if not results:
            raise LookUpError("The name servers did not answer in time.")
        if isinstance(results[0], Exception):
            raise results[0]
        return results[0]


_look_ups = _LookUps()


def _after_fork() -> None:
    """Start with free slots in a child process, which has none of its parent's threads."""
    global _look_ups
    _look_ups = _LookUps()


os.register_at_fork(after_in_child=_after_fork)


def _numbers(host: str, port: int, flags: int = 0) -> list[str]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


def look_up(host: str, port: int, deadline: Deadline, *, is_public: bool = False) -> list[str]:
    """Return the IP addresses of a host, e.g. ["192.0.2.7"].

    `is_public` is for names that people entered. Raises LookUpError, DeadlineError or
    OutsideError.
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


def is_loopback(address: str) -> bool:
    """Return whether an IP address, also one with a zone ("fe80::1%eth0"), is a loopback address."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def refuse_outside(address: str) -> None:
    """Raise OutsideError for an address of another machine when OUTGOING is "loopback"."""
    if settings.OUTGOING == "loopback" and not is_loopback(address):
        raise OutsideError(_outside(address))


def _outside(host: str) -> str:
    return f"This site may not connect to {host}: OUTGOING is loopback."


# -- connections for httpx ---------------------------------------------------------------------


class _Stream(httpcore.NetworkStream):
    """A connection that applies the deadline to every step and counts the bytes received."""

    def __init__(self, inner: httpcore.NetworkStream, call: "_Backend"):
        self._inner, self._call = inner, call

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            data = self._inner.read(max_bytes, self._call.deadline.left(timeout))
        except httpcore.ReadTimeout:
            self._call.deadline.left()  # Raises DeadlineError if the whole call has timed out.
            raise
        self._call.bytes_left -= len(data)
        if self._call.bytes_left < 0:
            raise AnswerTooLargeError
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # In pieces, because the layer below restarts its time limit after each partial write.
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
        # The time limit of OpenSSL's handshake is for the whole handshake.
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
        """Connect to the first address that responds; all together get the time for one."""
        connecting = Deadline(self.deadline.left(timeout))
        problem: Exception = LookUpError(f"{host} has no address.")
        for address in look_up(host, port, connecting):
            refuse_outside(address)
            try:
                inner = self._inner.connect_tcp(
                    address, port, connecting.left(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Stream(inner, self)
        raise problem

    def connect_unix_socket(self, *args: object, **options: object) -> httpcore.NetworkStream:
        raise NotImplementedError


class _Body(httpx.SyncByteStream):
    """The body of a response; its connection is used for this response only."""

    def __init__(self, stream: Any, pool: httpcore.ConnectionPool):
        self._stream, self._pool = stream, pool

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()
        self._pool.close()


class Transport(httpx.BaseTransport):
    """A transport for the httpx client of one call: `httpx.Client(transport=Transport(…))`.

    Use it in one thread. Every request opens its own connection, because a connection in a pool
    could be used for another host name with the same IP address. A response of more than
    `max_bytes` plus HEADER_BYTES raises AnswerTooLargeError; other errors are CALL_ERRORS and
    OutsideError. `has_sent` is True when any part of a request may have arrived.
    """

    def __init__(self, deadline: Deadline, *, max_bytes: int, uses_proxies: bool = False):
        self._backend = _Backend(deadline, max_bytes + HEADER_BYTES)
        self._uses_proxies = uses_proxies

    @property
    def has_sent(self) -> bool:
        return self._backend.has_sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if settings.OUTGOING == "loopback":
            # A proxy on this machine would reach other hosts.
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
        # Loading the certificates takes longer than a whole call without TLS.
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
        address = _numbers(host, 0, socket.AI_NUMERICHOST)[0]
    except (OSError, UnicodeError):
        raise OutsideError(_outside(host)) from None
    refuse_outside(address)


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
    """Return the proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY select."""
    if proxy_bypass(url.host):
        return None
    proxies = getproxies()
    address = proxies.get(url.scheme) or proxies.get("all")
    if not address:
        return None
    return httpx.Proxy(address if "://" in address else f"http://{address}")

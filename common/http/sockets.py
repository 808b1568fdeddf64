"""Sockets with a deadline, for libraries that open their own: smtplib and requests.

The time limits of these libraries are for each read, so a server that sends one byte a second never
reaches them. For httpx see `common.http.connections`.
"""

import socket
import ssl
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from common.http.connections import Deadline, look_up, refuse_outside

# For one connection with all requests on it.
TOTAL_SECONDS = 30.0


if TYPE_CHECKING:
    # The base classes that the mixins expect.
    _Socket = socket.socket
    _Connection = HTTPConnection
else:
    _Socket = _Connection = object


class _Limited(_Socket):
    """Apply the deadline to every operation.

    DeadlineError is a TimeoutError, which the libraries expect.
    """

    deadline: Deadline | None = None

    def _limit(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.left(self.gettimeout()))


class LimitedSocket(_Limited, socket.socket):
    """A socket whose operations end with its `deadline`."""

    def recv(self, *args: Any) -> bytes:
        self._limit()
        return super().recv(*args)

    def recv_into(self, *args: Any) -> int:
        self._limit()
        return super().recv_into(*args)

    def send(self, *args: Any) -> int:
        self._limit()
        return super().send(*args)

    def sendall(self, *args: Any) -> None:
        self._limit()
        return super().sendall(*args)


class LimitedTLSSocket(_Limited, ssl.SSLSocket):
    """A TLS socket whose operations end with its `deadline`.

    `SSLSocket` receives and sends through `read` and `send` only. The time limit of a handshake is
    for the whole handshake.
    """

    def read(self, *args: Any) -> Any:
        self._limit()
        return super().read(*args)

    def send(self, *args: Any) -> int:
        self._limit()
        return super().send(*args)


def limited_context(context: ssl.SSLContext) -> ssl.SSLContext:
    """Make the context create sockets that have a `deadline`, and return it."""
    context.sslsocket_class = LimitedTLSSocket
    return context


def connected(host: str, port: int, deadline: Deadline, seconds: float | None) -> LimitedSocket:
    """Connect to the first address of the host that responds within `seconds`.

    Raises OSError; LookUpError, DeadlineError and OutsideError are subclasses.
    """
    connecting = Deadline(deadline.left(seconds))
    problem = OSError(f"{host} has no address.")
    for address in look_up(host, port, connecting):
        refuse_outside(address)
        try:
            plain = socket.create_connection((address, port), connecting.left())
        except OSError as error:
            problem = error
            continue
        limited = LimitedSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
        limited.settimeout(deadline.left(seconds))
        limited.deadline = deadline
        return limited
    raise problem


# -- requests -----------------------------------------------------------------------------------


class _LimitedConnection(_Connection):
    def _new_conn(self) -> LimitedSocket:
        self._deadline = Deadline(TOTAL_SECONDS)
        try:
            return connected(self._dns_host, self.port, self._deadline, self.timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} is not responding.") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, _Limited):
            self.sock.deadline = self._deadline


class _HTTP(_LimitedConnection, HTTPConnection):
    pass


class _HTTPS(_LimitedConnection, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPS


_POOLS = {"http": _HTTPPool, "https": _HTTPSPool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        options["ssl_context"] = limited_context(create_urllib3_context())
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        options.setdefault("ssl_context", limited_context(create_urllib3_context()))
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def limit(session: requests.Session) -> requests.Session:
    """Limit the connections of the session to TOTAL_SECONDS, and return it."""
    for prefix in ("https://", "http://"):
        session.mount(prefix, _Adapter())
    return session

"""Sockets with a deadline, for libraries that read from them by themselves: smtplib, requests.

Their time limits are for each read; a server that sends one byte a second reaches none. What httpx
does goes through `lib.connections`.
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

# One connection with all that is asked over it.
TOTAL_SECONDS = 30.0


if TYPE_CHECKING:
    # What the mixins are mixed into.
    _Socket = socket.socket
    _Connection = HTTPConnection
else:
    _Socket = _Connection = object


class _Limited(_Socket):
    """Every step gets what is left; DeadlineError is a TimeoutError, as these libraries expect."""

    deadline: Deadline | None = None

    def _limit(self) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.left(self.gettimeout()))


class LimitedSocket(_Limited, socket.socket):
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
    """All that is received and sent goes through these two. Handshakes count their whole time."""

    def read(self, *args: Any) -> Any:
        self._limit()
        return super().read(*args)

    def send(self, *args: Any) -> int:
        self._limit()
        return super().send(*args)


def limited_context(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same context, which makes sockets whose `deadline` may be set."""
    context.sslsocket_class = LimitedTLSSocket
    return context


def connected(host: str, port: int, deadline: Deadline, seconds: float | None) -> LimitedSocket:
    """A connection to the first number of the host that answers within `seconds`.

    Raises OSError, of which LookUpError, DeadlineError and OutsideError are kinds.
    """
    connecting = Deadline(deadline.left(seconds))
    problem = OSError(f"{host} has no number.")
    for number in look_up(host, port, connecting):
        refuse_outside(number)
        try:
            plain = socket.create_connection((number, port), connecting.left())
        except OSError as error:
            problem = error
            continue
        found = LimitedSocket(plain.family, plain.type, plain.proto, fileno=plain.detach())
        found.settimeout(deadline.left(seconds))
        found.deadline = deadline
        return found
    raise problem


# -- requests -----------------------------------------------------------------------------------


class _LimitedConnection(_Connection):
    def _new_conn(self) -> LimitedSocket:
        self._deadline = Deadline(TOTAL_SECONDS)
        try:
            return connected(self._dns_host, self.port, self._deadline, self.timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self.host} does not answer.") from error
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
        found = super().proxy_manager_for(*args, **options)
        found.pool_classes_by_scheme = _POOLS
        return found


def limit(session: requests.Session) -> requests.Session:
    """The same session, whose connections are over after TOTAL_SECONDS."""
    for beginning in ("https://", "http://"):
        session.mount(beginning, _Adapter())
    return session

"""Hosts on this machine that take their time, or send more than anybody wants.

They count what they got rid of until the other side hung up, so that a test needs no clock.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator

HEAD = b"HTTP/1.1 200 OK\r\n"


class SlowHost:
    """`sent` counts the bytes that were taken, `calls` the connections; `hung_up` is set when the
    other side closed one. `stop` ends what is still being sent."""

    def __init__(self, behave: "Callable[[SlowHost, socket.socket], None]"):
        self.sent = self.calls = 0
        self.asked = threading.Event()
        self.hung_up = threading.Event()
        self.stopping = threading.Event()
        self._behave = behave
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _address = self._server.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._behave(self, connection)
            except OSError:
                self.hung_up.set()

    def stop(self) -> None:
        self.stopping.set()
        # Closed alone, it would take one more connection: the thread is still accepting.
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def drip(self, connection: socket.socket, parts: Iterable[bytes], seconds: float = 0.2) -> None:
        """One part after the other, with a pause after each."""
        for part in parts:
            connection.sendall(part)
            self.sent += len(part)
            if seconds and self.wait(connection, seconds):
                raise ConnectionError("The other side hung up.")

    def wait(self, connection: socket.socket, seconds: float) -> bool:
        """Until the other side says something or hangs up, which is True, or the time is over."""
        connection.settimeout(seconds)
        try:
            while connection.recv(65_536):
                pass
        except TimeoutError:
            return self.stopping.is_set()
        return True


def read_request(connection: socket.socket) -> bytes:
    """Up to the empty line."""
    told = b""
    while b"\r\n\r\n" not in told:
        part = connection.recv(65_536)
        if not part:
            raise ConnectionError("The other side hung up.")
        told += part
    return told


def letters(text: bytes, times: int = 1) -> Iterator[bytes]:
    for _ in range(times):
        for number in text:
            yield bytes([number])


def answering(
    parts: Callable[[bytes], Iterable[bytes]], seconds: float = 0.2
) -> Callable[[SlowHost, socket.socket], None]:
    """Reads the request, then sends the parts that are made of it."""

    def behave(host: SlowHost, connection: socket.socket) -> None:
        request = read_request(connection)
        host.asked.set()
        host.drip(connection, parts(request), seconds)

    return behave


def silent(host: SlowHost, connection: socket.socket) -> None:
    """Takes the connection and all that is sent, and says nothing."""
    host.asked.set()
    while not host.stopping.is_set():
        if host.wait(connection, 0.2):
            raise ConnectionError("The other side hung up.")


@contextlib.contextmanager
def slow_host(behave: Callable[[SlowHost, socket.socket], None]) -> Iterator[SlowHost]:
    host = SlowHost(behave)
    try:
        yield host
    finally:
        host.stop()

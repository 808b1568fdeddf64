"""HTTP servers of a test, in a thread of their own on the loopback interface."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# `shutdown` waits for the loop to come round; the default of half a second is most of a short test.
POLL_SECONDS = 0.005


class LocalServer:
    """Serves `handler` at `url` until `stop`; `port` 0 takes a free one."""

    def __init__(self, handler: type[BaseHTTPRequestHandler], *, port: int = 0):
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        # An answer that is still under way ends with its client, so nobody waits for it.
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True
        )

    def start(self) -> "LocalServer":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait(self) -> None:
        """Serve until another thread calls `stop`, or Ctrl-C."""
        self._thread.join()

    def __enter__(self) -> "LocalServer":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

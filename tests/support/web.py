"""A real gunicorn on the test's database, and people who ask it at the same time."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.support.threads import THREADS
from tests.support.workers import database_url

CSRF = "a" * 32
START_SECONDS = 120


@contextlib.contextmanager
def web_process(redis_url: str, **environment: str) -> Iterator[str]:
    """The address of one process with threads, as `scripts/run` starts it."""
    if connection.vendor != "postgresql":
        pytest.fail("This test needs PostgreSQL. Run ./scripts/test, which starts one.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    told = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "SECRET_KEY": settings.SECRET_KEY,
        "SITE_URL": base,
        # Static files need no collecting.
        "DEBUG": "true",
    }
    command = [sys.executable, "-m", "gunicorn", "shortscience.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--workers", "1", "--worker-class", "gthread", "--threads", str(THREADS)]
    quiet = ["--timeout", "120", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, *options, *quiet], env={**os.environ, **told, **environment}
    )
    try:
        _wait_for(process, base)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(process: subprocess.Popen, base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"The web process stopped with status {process.returncode}.")
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{base}/healthz", trust_env=False, timeout=10).status_code == 200:
                return
        time.sleep(0.2)
    pytest.fail("The web process did not answer.")


class Browser:
    """Somebody who is signed in."""

    def __init__(self, base: str, person: User) -> None:
        django = Client()
        django.force_login(person)
        cookies = {"sessionid": django.cookies["sessionid"].value, "csrftoken": CSRF}
        self._client = httpx.Client(base_url=base, cookies=cookies, trust_env=False, timeout=120)

    def get(self, path: str, **params: str) -> httpx.Response:
        return self._client.get(path, params=params)

    def post(self, path: str, **data: object) -> httpx.Response:
        return self._client.post(path, data={**data, "csrfmiddlewaretoken": CSRF})

    def close(self) -> None:
        self._client.close()


def at_once(base: str, people: Sequence[User], ask: Callable[[Browser, User], None]) -> None:
    """`ask` for all people, each in a thread; raises what any of them raised."""
    together = threading.Barrier(len(people))
    raised: list[BaseException] = []
    browsers = [Browser(base, person) for person in people]

    def run(browser: Browser, person: User) -> None:
        try:
            together.wait()
            ask(browser, person)
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(browsers, people, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for browser in browsers:
        browser.close()
    if raised:
        raise raised[0]

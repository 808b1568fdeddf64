"""Real servers for tests: Redis, Celery workers, Chromium. ./scripts/test starts what they need."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts.models import User
from tests.support.fonts import font_environment
from tests.support.own_machine import CATALOGUE_PATHS
from tests.support.parallel import own_redis
from tests.support.workers import database_url

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# As patient as `set_default_timeout` below: a busy machine is slow, not wrong.
expect.set_options(timeout=15_000)


def chromium_path() -> str:
    told = os.environ.get("CHROMIUM")
    found = told or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if not found:
        pytest.fail("Chromium is missing. Run ./scripts/test, which installs it.")
    return found


@pytest.fixture(scope="session")
def chromium_with(tmp_path_factory) -> Iterator[Callable[[str], Browser]]:
    """Chromium with one set of fonts, started when first asked for: chromium_with("noto")."""
    # Playwright's loop runs in this thread; Django would take it for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright, contextlib.ExitStack() as stack:

        @cache
        def start(fonts: str) -> Browser:
            browser = playwright.chromium.launch(
                executable_path=chromium_path(),
                args=CHROMIUM_FLAGS,
                env=font_environment(fonts, tmp_path_factory.mktemp("fonts") / fonts),
                headless=True,
            )
            stack.callback(browser.close)
            return browser

        yield start


@pytest.fixture(scope="session")
def chromium(chromium_with) -> Browser:
    return chromium_with(os.environ.get("BROWSER_FONTS", "dejavu"))


class Watch:
    """Notes what a page must never do: ask other hosts, break the policy, throw errors."""

    def __init__(self, page: Page, base: str):
        self.faults: list[str] = []
        page.on("request", lambda request: self._request(request, base))
        page.on("console", self._console)
        page.on("pageerror", self._error)

    def _request(self, request, base: str) -> None:
        if not request.url.startswith((base, "data:", "blob:", "about:")):
            self.faults.append(f"asked {request.url}")

    def _error(self, error) -> None:
        # A cross-fade that the next click overtakes is no fault of the page.
        if "ransition" not in str(error):
            self.faults.append(f"script: {error}")

    def _console(self, message) -> None:
        # Chromium also logs each 4xx and 5xx here; the tests look at those themselves.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)


@pytest.fixture
def open_page(chromium, live_server):
    """Open a browser page of its own session: open_page(script=False, width=390, dark=True)."""
    watches: list[Watch] = []
    with contextlib.ExitStack() as stack:

        def open_it(
            *,
            script: bool = True,
            width: int = 1280,
            dark: bool = False,
            # A worker would answer where a test pretends that the network is down.
            service_workers: str = "block",
        ) -> Page:
            context = chromium.new_context(
                service_workers=service_workers,
                base_url=live_server.url,
                java_script_enabled=script,
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
            )
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            watches.append(Watch(page, live_server.url))
            return page

        yield open_it
        faults = [fault for watch in watches for fault in watch.faults]
    _wait_for_answers()
    assert not faults


@pytest.fixture
def enter(open_page, live_server):
    """Open a page as somebody, who is signed in without typing: enter(mara, width=390)."""

    def enter_as(person: User | None = None, **how) -> Page:
        page = open_page(**how)
        if person:
            client = Client()
            client.force_login(person)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
            page.context.add_cookies([{**cookie, "url": live_server.url}])
        return page

    return enter_as


def _wait_for_answers() -> None:
    """Until the live server has nobody left to answer: the tables are emptied next.

    A page that closes may have asked for something still; its transaction and the emptying would
    wait for each other.
    """
    deadline = time.monotonic() + 10
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        if time.monotonic() > deadline:
            pytest.fail("The live server is still answering a page that was closed.")
        time.sleep(0.01)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """For real workers, apart from what the test process itself remembers."""
    url = os.environ.get("TEST_REDIS_URL", "")
    if not url:
        pytest.fail("This test needs Redis. Run ./scripts/test, which starts one.")
    return own_redis(url, first=9)


@pytest.fixture
def celery_worker(transactional_db, redis_url) -> Iterator[None]:
    """A real worker process on the test's database and Redis."""
    with celery_workers(redis_url):
        yield


@contextlib.contextmanager
def celery_workers(redis_url: str, *, count: int = 1, **environment: str) -> Iterator[None]:
    """Real worker processes on the test's database and Redis, all of them ready.

    They ask where the test does, without pauses unless `environment` says otherwise.
    """
    if connection.vendor != "postgresql":
        pytest.fail("This test needs PostgreSQL. Run ./scripts/test, which starts one.")
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "SECRET_KEY": django_settings.SECRET_KEY,
        **{name: getattr(django_settings, name) for name in CATALOGUE_PATHS},
        **{f"{key.upper()}_SPACING_SECONDS": "0" for key in django_settings.SOURCE_SPACING_SECONDS},
        **environment,
    }
    command = [sys.executable, "-m", "celery", "-A", "shortscience", "worker"]
    options = ["--pool=solo", "-Q", "import,pictures,maintenance", "--loglevel=WARNING"]
    processes = []
    try:
        for number in range(count):
            name = f"--hostname=test{number}@%h"
            processes.append(subprocess.Popen([*command, *options, name], env=environment))
        _wait_for_workers(processes, redis_url)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)


def _wait_for_workers(processes: list[subprocess.Popen], redis_url: str) -> None:
    from celery import Celery

    app = Celery(broker=redis_url)
    deadline = time.monotonic() + 60 * len(processes)
    while time.monotonic() < deadline:
        for process in processes:
            if process.poll() is not None:
                pytest.fail(f"A worker stopped with status {process.returncode}.")
        if len(app.control.ping(timeout=1)) >= len(processes):
            return
    pytest.fail("The workers did not answer within a minute.")

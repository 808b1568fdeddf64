"""Open and measure pages in a real Firefox through WebDriver BiDi.

Firefox supports the protocol when it is started with a debugging port, so no driver is needed.
https://www.w3.org/TR/webdriver-bidi/
"""

import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from websocket import WebSocket, create_connection

from tests.support.fonts import font_environment

NAMES = ("firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox")
START_SECONDS = 120
ANSWER_SECONDS = 60
# All other hosts are behind a proxy that doesn't exist, so that Firefox can't fetch updates, block
# lists or connectivity checks.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.region.update.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.serverURL": "",
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.keep-alive.timeout": 1,
    "network.http.speculative-parallel-limit": 0,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1, localhost",
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.type": 1,
    "network.trr.mode": 5,
    "services.settings.server": "http://127.0.0.1:9/v1",
    "toolkit.telemetry.enabled": False,
}


class Firefox:
    """One page of a Firefox process."""

    def __init__(self, socket: WebSocket):
        self._socket = socket
        self._command_ids = itertools.count(1)
        self._command("session.new", capabilities={})
        tree = self._command("browsingContext.getTree")
        self._page = tree["contexts"][0]["context"]

    def goto(self, address: str) -> None:
        """Open a URL and wait until the page is loaded."""
        self._command("browsingContext.navigate", context=self._page, url=address, wait="complete")

    def resize(self, width: int, height: int = 900) -> None:
        """Set the size of the page in CSS pixels."""
        size = {"width": width, "height": height}
        self._command("browsingContext.setViewport", context=self._page, viewport=size)

    def evaluate(self, function: str) -> object:
        """Call a JavaScript function in the page; return its result, which must be JSON."""
        expression = f"Promise.resolve(({function})()).then(JSON.stringify)"
        answer = self._command(
            "script.evaluate",
            expression=expression,
            target={"context": self._page},
            awaitPromise=True,
        )
        if answer["type"] != "success":
            raise AssertionError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def _command(self, method: str, **params: object) -> dict:
        command_id = next(self._command_ids)
        self._socket.send(json.dumps({"id": command_id, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") != command_id:
                continue  # An event.
            if answer["type"] == "error":
                raise AssertionError(f"{method}: {answer['error']}: {answer['message']}")
            return answer["result"]


def firefox_path() -> str:
    """Return the path of Firefox, first from the variable FIREFOX; fail the test if there is none."""
    chosen = os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)
    if not chosen:
        pytest.fail("Firefox is missing. Run ./scripts/test, which installs it.")
    return chosen


@pytest.fixture(scope="module")
def firefox(tmp_path_factory) -> Iterator[Firefox]:
    """Start Firefox with the fonts that Chromium has in tests; one for the tests of a module.

    It keeps connections open, and the tests of other modules wait until the server has none.
    """
    folder = tmp_path_factory.mktemp("firefox")
    profile = folder / "profile"
    profile.mkdir()
    lines = [
        f"user_pref({json.dumps(name)}, {json.dumps(value)});"
        for name, value in PREFERENCES.items()
    ]
    (profile / "user.js").write_text("\n".join(lines))
    fonts = font_environment(os.environ.get("BROWSER_FONTS", "dejavu"), folder / "fonts")
    log = folder / "log"
    command = [firefox_path(), "--headless", "--no-remote", "--profile", str(profile)]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--remote-debugging-port=0", "about:blank"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**fonts, "HOME": str(folder)},
        )
    try:
        with contextlib.closing(_connect(process, log)) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


def _connect(process: subprocess.Popen, log: Path) -> WebSocket:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        address = re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text())
        if address:
            return create_connection(
                f"{address[1]}/session", timeout=ANSWER_SECONDS, suppress_origin=True
            )
        time.sleep(0.1)
    pytest.fail(f"Firefox did not start:\n{log.read_text()[-2000:]}")

"""A local server that answers like the social services, remembers what was posted, and has faults."""

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

import pytest

from tests.support.local_servers import LocalServer

FAULTS = ("hang", "drop", "429", "503", "500", "garbage")


@dataclass
class SocialServer:
    """`posts` has {number: text} by service, `deliveries` how often each text came to be a post.

    With `fault_rate` calls fail at random, before or after they took effect; `next_fault` is for
    one call.
    """

    fault_rate: float = 0.0
    hang_seconds: float = 0.05
    next_fault: str = ""
    is_locked: bool = False
    posts: dict[str, dict[str, str]] = field(default_factory=dict)
    deliveries: dict[str, Counter] = field(default_factory=dict)
    calls: list[tuple[str, str, dict, dict]] = field(default_factory=list)
    url: str = ""

    def __post_init__(self):
        social = self
        self._keys: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        self._random = random.Random(7)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                social._handle(self)

            do_PUT = do_DELETE = do_PATCH = do_POST

            def log_message(self, *args: object) -> None:
                pass

        self._server = LocalServer(Handler).start()
        self.url = self._server.url

    def stop(self) -> None:
        self._server.stop()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length)
        try:
            told = json.loads(body) if body else {}
        except ValueError:
            told = parse_qs(body.decode())
        self.calls.append((handler.command, handler.path, told, dict(handler.headers)))
        fault = self._fault(handler.path)
        if self.is_locked:
            _answer(handler, 401, {"error": "The access token is invalid"})
            return
        if fault in {"429", "503"}:
            headers = {"Retry-After": "1"}
            _answer(handler, int(fault), {"error": "Too many requests"}, headers)
            return
        with self._lock:
            status, answer = self._take(handler, told)
        if fault == "hang":
            time.sleep(self.hang_seconds)
        if fault in {"drop", "hang"}:
            handler.close_connection = True
            handler.connection.close()
        elif fault == "500":
            _answer(handler, 500, {"error": "Something broke"})
        elif fault == "garbage":
            _answer(handler, 200, b"\xff<html>")
        else:
            _answer(handler, status, answer)

    def _fault(self, path: str) -> str:
        if self.next_fault:
            fault, self.next_fault = self.next_fault, ""
            return fault
        if "createSession" in path or self._random.random() >= self.fault_rate:
            return ""
        return self._random.choice(FAULTS)

    def _take(self, handler, told: dict) -> tuple[int, object]:
        method, path = handler.command, handler.path.partition("?")[0]
        if path.startswith("/api/v1/statuses"):
            return self._mastodon(method, path, told, handler.headers.get("Idempotency-Key", ""))
        if path.startswith("/xrpc/"):
            return self._bluesky(path, told)
        if path.startswith("/_matrix/"):
            return self._matrix(path, told)
        if path.startswith("/discord/"):
            return self._discord(method, path, told)
        if path == "/hub":
            return 204, b""
        if path.startswith("/slack/"):
            self._put("slack", str(len(self.posts.get("slack", {}))), told["text"])
            return 200, b"ok"
        if path.startswith("/2/tweets"):
            return self._x(method, path, told)
        if path.startswith("/v25.0/"):
            return self._facebook(method, path, told)
        return 404, {"error": "not found"}

    def _put(self, service: str, number: str, text: str, *, is_new: bool = True) -> None:
        self.posts.setdefault(service, {})[number] = text
        if is_new:
            self.deliveries.setdefault(service, Counter())[text] += 1

    def _mastodon(self, method: str, path: str, told: dict, key: str) -> tuple[int, object]:
        posts = self.posts.setdefault("mastodon", {})
        if method == "POST":
            known = self._keys.get(("mastodon", key))
            number = known or str(len(self._keys) + 1)
            if not known:
                self._keys["mastodon", key] = number
                self._put("mastodon", number, told["status"])
            return 200, {"id": number, "url": f"{self.url}/@science/{number}"}
        number = path.rpartition("/")[2]
        if number not in posts:
            return 404, {"error": "Record not found"}
        if method == "DELETE":
            del posts[number]
        else:
            self._put("mastodon", number, told["status"], is_new=False)
        return 200, {"id": number, "url": f"{self.url}/@science/{number}"}

    def _bluesky(self, path: str, told: dict) -> tuple[int, object]:
        if path.endswith("createSession"):
            return 200, {"did": "did:plc:test", "accessJwt": "jwt", "refreshJwt": "again"}
        posts = self.posts.setdefault("bluesky", {})
        if path.endswith("deleteRecord"):
            posts.pop(told["rkey"], None)
            return 200, {}
        assert re.fullmatch("[234567a-j][2-7a-z]{12}", told["rkey"])
        self._put("bluesky", told["rkey"], told["record"]["text"], is_new=told["rkey"] not in posts)
        return 200, {"uri": f"at://did:plc:test/{told['collection']}/{told['rkey']}", "cid": "x"}

    def _matrix(self, path: str, told: dict) -> tuple[int, object]:
        transaction = path.rpartition("/")[2]
        known = self._keys.get(("matrix", transaction))
        event = known or f"$event{len(self._keys) + 1}"
        if not known:
            self._keys["matrix", transaction] = event
            if "/redact/" in path:
                self.posts["matrix"].pop(
                    path.split("/redact/")[1].split("/")[0].replace("%24", "$")
                )
            elif "m.relates_to" in told:
                target = told["m.relates_to"]["event_id"]
                self._put("matrix", target, told["m.new_content"]["body"], is_new=False)
            else:
                self._put("matrix", event, told["body"])
        return 200, {"event_id": event}

    def _discord(self, method: str, path: str, told: dict) -> tuple[int, object]:
        posts = self.posts.setdefault("discord", {})
        if method == "POST":
            number = str(len(posts) + 1)
            self._put("discord", number, told["content"])
            return 200, {"id": number}
        number = path.rpartition("/")[2]
        if method == "DELETE":
            posts.pop(number, None)
            return 204, b""
        self._put("discord", number, told["content"], is_new=False)
        return 200, {"id": number}

    def _x(self, method: str, path: str, told: dict) -> tuple[int, object]:
        if method == "DELETE":
            self.posts.get("x", {}).pop(path.rpartition("/")[2], None)
            return 200, {"data": {"deleted": True}}
        number = str(len(self.deliveries.get("x", {})) + 1)
        self._put("x", number, told["text"])
        return 201, {"data": {"id": number, "text": told["text"]}}

    def _facebook(self, method: str, path: str, told: dict) -> tuple[int, object]:
        """A form comes as {name: [value]}."""
        name = path.rpartition("/")[2]
        if method == "DELETE":
            self.posts.get("facebook", {}).pop(name, None)
            return 200, {"success": True}
        if name != "feed":
            self._put("facebook", name, told["message"][0], is_new=False)
            return 200, {"success": True}
        number = f"42_{len(self.deliveries.get('facebook', {})) + 1}"
        self._put("facebook", number, told["message"][0])
        return 200, {"id": number}


def _answer(handler, status: int, body: object, headers: dict[str, str] | None = None) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)
    except (BrokenPipeError, ConnectionResetError):
        pass  # The client was killed, which is what some tests are about.


CREDENTIALS = {
    "mastodon": {"token": "secret-token"},
    "bluesky": {"handle": "science.example", "password": "secret-word"},
    "matrix": {"token": "secret-token", "room": "!room:example"},
    "discord": {"webhook": "{url}/discord/webhooks/1/secret"},
    "slack": {"webhook": "{url}/slack/services/secret"},
    "x": {
        "consumer_key": "of-the-app",
        "consumer_secret": "secret-of-the-app",
        "token": "of-the-account",
        "token_secret": "secret-of-the-account",
        "budget": "1000",
    },
    "facebook": {"page": "42", "token": "secret-token", "version": "v25.0"},
}


def make_channels(url: str, *kinds: str, delay_minutes: int = 0):
    """Channels that lead to a SocialServer; all kinds that it knows when none is named."""
    from social.models import Channel

    return {
        kind: Channel.objects.create(
            name=kind,
            kind=kind,
            address=url,
            credentials={
                name: value.replace("{url}", url) for name, value in CREDENTIALS[kind].items()
            },
            delay_minutes=delay_minutes,
        )
        for kind in kinds or CREDENTIALS
    }


@pytest.fixture
def social(settings) -> Iterator[SocialServer]:
    settings.ALLOW_PRIVATE_CHANNELS = True
    server = SocialServer()
    yield server
    server.stop()


@pytest.fixture
def channels(db):
    """One channel whose posts wait for longer than any test."""
    return make_channels("http://127.0.0.1:9", "mastodon", delay_minutes=600)

"""A local server that answers like the outside catalogues, and badly when it is told to.

It replays tests/fixtures/<service>/; `python -m tests.support.replay --port 9000` runs it alone.
"""

import argparse
import gzip
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from papers.sources.bibsonomy import parse_misc
from tests.support import replay_bulk, replay_catalogues
from tests.support.local_servers import LocalServer
from tests.support.own_machine import CATALOGUE_PATHS

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
_ENTRY = re.compile(r"<entry\b.*?</entry>", re.DOTALL)


@dataclass
class Fault:
    """What to answer instead: a status with headers and body, after a pause, for `times` calls."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    pause_seconds: float = 0.0
    drip_seconds: float = 0.0
    is_cut_short: bool = False
    times: int = 1_000_000


class ReplayServer:
    """`url` is its address; `requests` the (time, path with query) of each call so far, and
    `most_at_once` how many there were at the same time, by service. Every answer takes
    `pause_seconds`.
    """

    def __init__(self, port: int = 0):
        replay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                replay._answer(self)

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self.requests: list[tuple[float, str]] = []
        self.agents: list[str] = []
        self.faults: list[Fault] = []
        self.pause_seconds = 0.0
        self.most_at_once: Counter[str] = Counter()
        self._open: Counter[str] = Counter()
        self._counting = threading.Lock()
        self._server = LocalServer(Handler, port=port)
        self.url = self._server.url

    def start(self) -> "ReplayServer":
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    def wait(self) -> None:
        """Serve until Ctrl-C."""
        self._server.wait()

    def fail(self, **fault: object) -> None:
        """Answer the next calls with a fault: fail(status=429, headers={…}, times=1)."""
        self.faults.append(Fault(**fault))

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        service = handler.path.split("?")[0].split("/")[1]
        with self._counting:
            self.requests.append((time.monotonic(), handler.path))
            self._open[service] += 1
            self.most_at_once[service] = max(self.most_at_once[service], self._open[service])
        try:
            self._answer_or_fail(handler)
        finally:
            with self._counting:
                self._open[service] -= 1

    def _answer_or_fail(self, handler: BaseHTTPRequestHandler) -> None:
        time.sleep(self.pause_seconds)
        self.agents.append(handler.headers.get("User-Agent", ""))
        if self.faults:
            fault = self.faults[0]
            fault.times -= 1
            if fault.times <= 0:
                self.faults.pop(0)
            _misbehave(handler, fault)
            return
        status, kind, body = (
            replay_catalogues.answer(handler)
            or replay_bulk.answer(handler.path)
            or answer(handler.path)
        )
        _send(handler, status, {"Content-Type": kind}, body)


def _send(handler, status: int, headers: dict[str, str], body: bytes) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _misbehave(handler: BaseHTTPRequestHandler, fault: Fault) -> None:
    time.sleep(fault.pause_seconds)
    headers = dict(fault.headers)
    if fault.is_cut_short:
        headers["Content-Length"] = str(len(fault.body) + 1000)
    try:
        if not fault.drip_seconds:
            _send(handler, fault.status, headers, fault.body)
            return
        _send(handler, fault.status, {"Content-Length": "100000", **headers}, b"")
        for _ in range(1000):
            handler.wfile.write(b" ")
            time.sleep(fault.drip_seconds)
    except (BrokenPipeError, ConnectionResetError):
        pass  # The client had enough, which is what some tests are about.


def answer(path: str) -> tuple[int, str, bytes]:
    """(status, content type, body) of the catalogue that answers under this path."""
    parts = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if parts.path == "/api/query":
        return _arxiv(query)
    if parts.path.startswith("/works"):
        return _crossref(unquote(parts.path.removeprefix("/works").removeprefix("/")))
    if parts.path.startswith(("/json/", "/api/posts")):
        return _bibsonomy(unquote(parts.path), query)
    return 404, "text/plain", b"There is nothing here."


def _arxiv(query: dict[str, str]) -> tuple[int, str, bytes]:
    """Entries by identifier, in another order than asked for, the unknown ones left out."""
    feed = (FIXTURES / "arxiv" / "current.xml").read_text(encoding="utf-8")
    wanted = [item.strip() for item in query.get("id_list", "").split(",") if item.strip()]
    bad = [item for item in wanted if not re.match(r"[\w.-]+(?:/\d+)?(?:v\d+)?\Z", item)]
    if bad or "abc" in wanted:
        error = (FIXTURES / "arxiv" / "error.xml").read_bytes()
        return 400, "application/atom+xml", error
    bare = {re.sub(r"v\d+\Z", "", item) for item in wanted}
    entries = [
        entry
        for entry in _ENTRY.findall(feed)
        if re.search(r"<id>http://arxiv.org/abs/(.+?)v\d+</id>", entry)[1] in bare
    ]
    body = _ENTRY.sub("", feed).replace("</feed>", "".join(reversed(entries)) + "</feed>")
    return 200, "application/atom+xml; charset=utf-8", body.encode()


def _crossref(doi: str) -> tuple[int, str, bytes]:
    works = json.loads((FIXTURES / "crossref" / "works.json").read_text(encoding="utf-8"))
    if not doi:
        body = {"status": "ok", "message": {"items": list(works.values())}}
        return 200, "application/json", json.dumps(body).encode()
    work = works.get(doi.lower())
    if work is None:
        return 404, "text/plain", b"Resource not found."
    body = {"status": "ok", "message-type": "work", "message": work}
    return 200, "application/json", json.dumps(body).encode()


def _bibsonomy(path: str, query: dict[str, str]) -> tuple[int, str, bytes]:
    """Hits for words of the title, by hash, or by key, in the shape of the address."""
    posts = json.loads((FIXTURES / "bibsonomy" / "posts.json").read_text(encoding="utf-8"))
    asked = query.get("search") or query.get("resource") or path.rpartition("/")[2]
    if "/bibtexkey/" in path:
        asked = "bibtexkey:" + path.partition("/bibtexkey/")[2]
    hits = [post for post in posts if _fits(post, asked)]
    if path.startswith("/api/"):
        members = {"start": 0, "end": len(hits)} | (
            {"post": [{"bibtex": p} for p in hits]} if hits else {}
        )
        return 200, "application/json", json.dumps({"posts": members, "stat": "ok"}).encode()
    items = [_as_item(post) for post in hits]
    return 200, "application/json", json.dumps({"items": items}).encode()


def _fits(post: dict, asked: str) -> bool:
    if asked.startswith("bibtexkey:"):
        return post["bibtexKey"] == asked.removeprefix("bibtexkey:")
    if re.fullmatch(r"[12]?[0-9a-f]{32}", asked):
        return asked[-32:] in {post["interhash"], post["intrahash"]}
    text = f"{post['title']} {post['author']}".lower()
    return all(word in text for word in asked.lower().split())


def _as_item(post: dict) -> dict:
    """The same post as the page exports tell it."""
    names = [name.partition(", ") for name in post["author"].split(" and ")]
    item = {key: value for key, value in post.items() if key not in {"misc", "author", "title"}}
    return item | {
        "type": "Publication",
        "label": post["title"],
        "pub-type": post["entrytype"],
        "interHash": post["interhash"],
        "date": "2018-08-13 00:00:00",
        "author": [f"{given} {family}" for family, _, given in names],
        **parse_misc(post.get("misc", "")),
    }


def bomb(megabytes: int = 64) -> bytes:
    """A small gzip body that unpacks to many megabytes."""
    return gzip.compress(b" " * megabytes * 1024 * 1024)


@pytest.fixture
def replay(settings) -> Iterator[ReplayServer]:
    """A replay server to which all clients of this test talk, without pauses between calls."""
    server = ReplayServer().start()
    for name, path in CATALOGUE_PATHS.items():
        setattr(settings, name, f"{server.url}{path}")
    settings.SOURCE_SPACING_SECONDS = dict.fromkeys(settings.SOURCE_SPACING_SECONDS, 0.0)
    settings.SOURCE_PATIENCE_SECONDS = 3.0
    yield server
    server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    server = ReplayServer(parser.parse_args().port).start()
    print(f"Replaying at {server.url}; Ctrl-C stops.")
    try:
        server.wait()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()

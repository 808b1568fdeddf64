"""Every call to another host ends in time and within its size, whatever the other side does."""

import gzip
import os
import socket
import threading
import zlib
from itertools import chain, cycle, repeat

import httpx
import pytest

from common.http import client, connections, webhook
from common.http.client import HttpRefusedError, HttpUnavailableError, Service
from common.http.connections import Deadline, DeadlineError, LookUpError, OutsideError, look_up
from common.http.webhook import DeliveryUnknownError, ForbiddenHostError, NotSentError
from tests.support.slow_hosts import HEAD, answering, letters, silent, slow_host

DRIPPED_HEADERS = answering(lambda _: letters(HEAD + b"X-Slow: " + b"a" * 10_000))
DRIPPED_BODY = answering(
    lambda _: chain([HEAD + b"Content-Length: 10000\r\n\r\n"], letters(b" " * 10_000))
)
DRIPPED_CHUNKS = answering(
    lambda _: chain([HEAD + b"Transfer-Encoding: chunked\r\n\r\n"], repeat(b"1\r\n \r\n"))
)
ENDLESS_CONTINUE = answering(lambda _: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"))
# A second is enough for five drops; a host that could go on would send hundreds.
MOST_DROPS = 40


@pytest.fixture(autouse=True)
def _here(settings):
    settings.ALLOW_PRIVATE_CHANNELS = True
    settings.OUTGOING = "loopback"


def moved(request: bytes):
    """A redirect to itself, of which every letter takes its time."""
    return letters(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")


def get_public(url: str):
    return client.get_public(url, max_bytes=100_000, seconds=1.0)


def get_from_service(url: str):
    service = Service(name=f"Slow {url[-5:]}", base_url=url, total_seconds=1.0)
    return client.get(service, url, patience_seconds=1.0)


@pytest.mark.parametrize("get", [get_public, get_from_service])
@pytest.mark.parametrize(
    "behave",
    [
        *(DRIPPED_HEADERS, DRIPPED_BODY, DRIPPED_CHUNKS, ENDLESS_CONTINUE),
        *(answering(moved, seconds=0.02), silent),
    ],
    ids=["headers", "body", "chunks", "continue", "redirects", "silence"],
)
def test_a_host_that_drips_is_left(behave, get):
    with slow_host(behave) as host:
        with pytest.raises(HttpUnavailableError):
            get(host.url)
        assert host.hung_up.wait(10)
        assert host.sent < MOST_DROPS * 25


def test_each_redirect_gets_what_is_left_and_not_the_whole_time_again():
    """Three quick ones, then a slow one."""
    answers = iter([b"/1", b"/2", b"/3"])

    def parts(_request: bytes):
        target = next(answers, None)
        if target is None:
            return letters(HEAD + b"a" * 10_000)
        head = b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n"
        return [head]

    with slow_host(answering(parts, seconds=0.25)) as host:
        with pytest.raises(HttpUnavailableError):
            get_public(host.url)
        assert host.hung_up.wait(10)
        assert host.calls <= 4


def test_a_handshake_that_does_not_come_is_left():
    with slow_host(silent) as host:
        with pytest.raises(HttpUnavailableError):
            get_public(f"https://127.0.0.1:{host.port}/")
        assert host.hung_up.wait(10)


def test_a_handshake_that_drips_is_left():
    def take_hello(host, connection):
        connection.recv(65_536)
        # The head of a TLS record of 16 KiB, and then its letters.
        host.drip(connection, chain([b"\x16\x03\x03\x40\x00"], letters(b"\2" * 10_000)))

    with slow_host(take_hello) as host:
        with pytest.raises(HttpUnavailableError):
            get_public(f"https://127.0.0.1:{host.port}/")
        assert host.hung_up.wait(10)
        assert host.sent < MOST_DROPS


def test_a_host_that_does_not_accept_is_left():
    """Its queue is full, so that the system answers no greeting any more."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(server.getsockname())
            waiting.append(one)
        with pytest.raises(HttpUnavailableError):
            get_public(f"http://127.0.0.1:{server.getsockname()[1]}/")
        for one in waiting:
            one.close()


@pytest.mark.parametrize(
    "parts",
    [
        repeat(b"X-Many: " + b"a" * 60_000 + b"\r\n"),
        repeat(b"a" * 60_000),
        cycle([b"\r\nHTTP/1.1 100 Continue\r\n", b"X: " + b"a" * 60_000 + b"\r\n"]),
    ],
    ids=["many", "one", "continue"],
)
def test_endless_headers_are_not_read_to_their_end(parts):
    with slow_host(answering(lambda _: chain([HEAD], parts), seconds=0)) as host:
        with pytest.raises((HttpUnavailableError, HttpRefusedError)):
            client.get_public(host.url, max_bytes=1000, seconds=20.0)
        assert host.hung_up.wait(10)
        # What the buffers of the system hold comes on top.
        assert host.sent < 20_000_000


def test_continue_without_end_counts_as_a_size_too():
    head = b"HTTP/1.1 100 Continue\r\n\r\n" * 1000
    with slow_host(answering(lambda _: repeat(head), seconds=0)) as host:
        with pytest.raises(HttpRefusedError, match="too large"):
            client.get_public(host.url, max_bytes=1000, seconds=20.0)
        assert host.hung_up.wait(10)


BOMB = gzip.compress(b" " * 50_000_000)
BOMBS = {
    "gzip": BOMB,
    "deflate": zlib.compress(b" " * 50_000_000),
    "gzip, gzip": gzip.compress(BOMB),
    "br": BOMB,
}


@pytest.mark.parametrize(("kind", "body"), BOMBS.items(), ids=list(BOMBS))
def test_a_small_body_that_is_a_huge_one_is_never_unpacked(kind, body, monkeypatch):
    unpacked = []
    monkeypatch.setattr(
        client, "pieces", lambda *a: (unpacked.append(len(p)) or p for p in connections.pieces(*a))
    )
    head = f"Content-Encoding: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with (
        slow_host(answering(lambda _: [HEAD + head + body], seconds=0)) as host,
        pytest.raises((HttpUnavailableError, HttpRefusedError)),
    ):
        client.get_public(host.url, max_bytes=100_000, seconds=20.0)
    assert sum(unpacked) < 300_000


@pytest.mark.parametrize("kind", ["gzip", "deflate", "identity"])
def test_what_is_packed_is_read(kind):
    text = os.urandom(50_000) + b" " * 200_000
    body = {"gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}[kind](text)
    head = f"Content-Encoding: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with slow_host(answering(lambda _: [HEAD + head + body], seconds=0)) as host:
        assert client.get_public(host.url, max_bytes=1_000_000).body == text


# -- deliveries ---------------------------------------------------------------------------------


def deliver(monkeypatch, url: str, **what):
    monkeypatch.setattr(webhook, "TOTAL_SECONDS", 1.0)
    return webhook.http_send("POST", url, **(what or {"json": {"text": "Hello"}}))


@pytest.mark.parametrize("behave", [DRIPPED_HEADERS, DRIPPED_BODY, ENDLESS_CONTINUE, silent])
def test_what_was_sent_and_not_answered_may_have_arrived(behave, monkeypatch):
    with slow_host(behave) as host:
        with pytest.raises(DeliveryUnknownError):
            deliver(monkeypatch, host.url)
        assert host.hung_up.wait(10)
        assert host.sent < MOST_DROPS * 25


def test_without_a_handshake_nothing_has_arrived(monkeypatch):
    with slow_host(silent) as host:
        with pytest.raises(NotSentError):
            deliver(monkeypatch, f"https://127.0.0.1:{host.port}/")
        assert host.hung_up.wait(10)


def test_a_host_that_takes_a_large_text_slowly_is_left(monkeypatch):
    """It may have read all that it needs."""
    started, stop = threading.Event(), threading.Event()

    def behave(_host, connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while not stop.wait(0.2):
            connection.recv(100)
            started.set()

    with slow_host(behave) as host:
        with pytest.raises(DeliveryUnknownError):
            deliver(monkeypatch, host.url, content=b"a" * 50_000_000)
        stop.set()
    assert started.is_set()


def test_a_closed_door_is_undelivered(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotSentError):
        deliver(monkeypatch, f"http://127.0.0.1:{port}/")


# -- names and ports ----------------------------------------------------------------------------


@pytest.fixture
def hanging_names(monkeypatch, settings):
    """Name servers that do not answer until the test is over."""
    settings.OUTGOING = "internet"
    over, asked = threading.Event(), []

    def getaddrinfo(host, *_args, flags=0, **_more):
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror("This is no number.")
        asked.append(host)
        over.wait(60)
        raise socket.gaierror("No answer.")

    monkeypatch.setattr(connections.socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(connections, "_look_ups", connections._LookUps())
    yield asked
    over.set()


def test_a_name_that_is_not_found_in_time_is_given_up(hanging_names):
    with pytest.raises(LookUpError):
        look_up("slow.example", 80, Deadline(0.1))
    with pytest.raises(HttpUnavailableError, match="cannot be found"):
        client.get_public("http://slow.example/", max_bytes=100, seconds=0.1)


def test_names_that_hang_are_few_and_keep_no_catalogue_waiting(hanging_names):
    for number in range(2 * connections.LOOK_UPS_AT_ONCE):
        with pytest.raises(LookUpError):
            look_up(f"{number}.example", 80, Deadline(0.05), is_public=True)
    assert len(hanging_names) == connections.LOOK_UPS_AT_ONCE
    with pytest.raises(LookUpError, match="in time"):
        look_up("catalogue.example", 80, Deadline(0.05))
    assert hanging_names[-1] == "catalogue.example"


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_people_lead_us_to_the_ports_of_the_web_alone(settings, port):
    settings.ALLOW_PRIVATE_CHANNELS = False
    with pytest.raises(HttpRefusedError, match="port"):
        client.get_public(f"http://192.88.98.1:{port}/", max_bytes=100, seconds=1.0)


@pytest.mark.parametrize("address", ["http://1.1.1.1/", "https://1.1.1.1", "http://1.1.1.1:443/"])
def test_the_ports_of_the_web_are_allowed(settings, address):
    settings.ALLOW_PRIVATE_CHANNELS = False
    assert webhook.pinned(address, only_https=False, ports=settings.OUTGOING_PORTS)


# -- this machine alone -------------------------------------------------------------------------


@pytest.fixture
def no_packet(monkeypatch, settings):
    """Fails when a name is looked up or a connection is begun."""
    settings.OUTGOING = "loopback"
    real = socket.getaddrinfo

    def getaddrinfo(host, *args, flags=0, **more):
        assert flags & socket.AI_NUMERICHOST, f"{host} was looked up"
        return real(host, *args, flags=flags, **more)

    monkeypatch.setattr(connections.socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(
        connections.httpcore.SyncBackend,
        "connect_tcp",
        lambda _self, host, port, *_more: pytest.fail(f"{host}:{port} was connected to"),
    )


ELSEWHERE = ["192.88.98.1", "[2606:4700:4700::1111]", "0.0.0.0", "catalogue.example", "10.0.0.1"]


@pytest.mark.parametrize("host", ELSEWHERE)
def test_loopback_refuses_all_other_hosts_before_anything_is_sent(no_packet, host):
    url = f"http://{host}/"
    with pytest.raises(ForbiddenHostError, match="OUTGOING"):
        webhook.http_send("POST", url, json={})
    with pytest.raises(HttpRefusedError, match="OUTGOING"):
        client.get_public(url, max_bytes=100)
    with pytest.raises(HttpRefusedError, match="OUTGOING"):
        client.get(Service(name="Elsewhere", base_url=url), url)


def test_a_proxy_on_this_machine_is_no_way_out(no_packet, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(OutsideError):
        connections.Transport(Deadline(1.0), max_bytes=100, uses_proxies=True).handle_request(
            httpx.Request("GET", "http://catalogue.example/")
        )


def test_loopback_reaches_this_machine_by_name_and_number(settings):
    settings.OUTGOING = "loopback"
    with slow_host(answering(lambda _: [HEAD + b"Content-Length: 2\r\n\r\nok"], 0)) as host:
        for name in ("127.0.0.1", "localhost", "LOCALHOST.", "catalogue.localhost"):
            answer = client.get_public(f"http://{name}:{host.port}/", max_bytes=100)
            assert answer.body == b"ok"


def test_a_proxy_of_the_environment_is_asked_for_catalogues(monkeypatch, settings):
    settings.OUTGOING = "internet"
    seen = []

    def parts(request: bytes):
        seen.append(request.split(b"\r\n")[0])
        return [HEAD + b"Content-Length: 2\r\n\r\nok"]

    with slow_host(answering(parts, 0)) as host:
        monkeypatch.setenv("http_proxy", host.url)
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.delenv("NO_PROXY", raising=False)
        service = Service(name="Behind", base_url="http://catalogue.example")
        assert client.get(service, "http://catalogue.example/a").body == b"ok"
    assert seen == [b"GET http://catalogue.example/a HTTP/1.1"]


def test_a_deadline_that_is_over_says_so():
    deadline = Deadline(0)
    assert deadline.is_over
    with pytest.raises(DeadlineError):
        deadline.left()
    assert 0 < Deadline(100).left(5) <= 5

"""Libraries with sockets of their own end in time, too: mail, mail services, providers."""

import datetime
import ipaddress
import smtplib
import ssl
from itertools import chain, repeat

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.mail import EmailMultiAlternatives

from accounts.adapter import SocialAccountAdapter
from common.http import mail_server, sockets
from common.http.connections import Deadline, DeadlineError
from common.http.webhook import DeliveryUnknownError, NotSentError
from mailing import smtp
from shortscience import env
from tests.support.slow_hosts import HEAD, answering, letters, silent, slow_host

MOST_DROPS = 40


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(sockets, "TOTAL_SECONDS", 1.0)
    monkeypatch.setattr(mail_server, "TOTAL_SECONDS", 1.0)


@pytest.fixture
def mail_at(settings, monkeypatch):
    """The settings of a mail server at a port of this machine, as the environment gives them."""

    def at(port: int, scheme: str = "smtp") -> None:
        monkeypatch.setenv("EMAIL_URL", f"{scheme}://127.0.0.1:{port}?tls=false")
        for name, value in env.email_server("EMAIL_URL").items():
            setattr(settings, name, value)

    return at


def greeting(host, connection):
    host.drip(connection, letters(b"220 " + b"a" * 10_000))


def endless_answer(host, connection):
    """Each line comes at once; there is always another."""
    connection.sendall(b"220 here\r\n")
    connection.recv(1000)
    host.drip(connection, repeat(b"250-MORE\r\n"), seconds=0.1)


def until_the_text_is_sent(host, connection):
    """Takes a mail and answers the last step drop by drop."""
    connection.sendall(b"220 here\r\n")
    while not (told := connection.recv(65_536)).startswith(b"data"):
        connection.sendall(b"250 ok\r\n")
    connection.sendall(b"354 go on\r\n")
    while not told.endswith(b"\r\n.\r\n"):
        told += connection.recv(65_536)
    host.drip(connection, letters(b"250 " + b"a" * 10_000))


@pytest.mark.parametrize("behave", [greeting, silent])
def test_a_mail_server_that_drips_is_left_and_nothing_was_sent(mail_at, behave):
    with slow_host(behave) as host:
        mail_at(host.port)
        with pytest.raises(NotSentError), smtp.connected():
            pass
        assert host.hung_up.wait(10)
        assert host.sent < MOST_DROPS * 10


def test_a_handshake_with_a_mail_server_that_does_not_come_is_left(mail_at):
    with slow_host(silent) as host:
        mail_at(host.port, "smtps")
        with pytest.raises(NotSentError), smtp.connected():
            pass
        assert host.hung_up.wait(10)


@pytest.mark.parametrize("behave", [until_the_text_is_sent, endless_answer])
def test_a_mail_that_was_begun_may_have_arrived(mail_at, behave):
    with slow_host(behave) as host:
        mail_at(host.port)
        message = EmailMultiAlternatives("Hello", "Text", "a@example.org", ["b@example.org"])
        with smtp.connected() as connection, pytest.raises(DeliveryUnknownError):
            smtp.post(message, connection)
        assert host.hung_up.wait(10)
        assert 0 < host.sent < MOST_DROPS * 10


@pytest.mark.parametrize(
    "behave",
    [
        answering(lambda _: letters(HEAD + b"a" * 10_000)),
        answering(lambda _: chain([HEAD + b"Content-Length: 10000\r\n\r\n"], repeat(b" "))),
        silent,
    ],
    ids=["headers", "body", "silence"],
)
def test_a_provider_that_drips_is_left(behave):
    with slow_host(behave) as host, SocialAccountAdapter().get_requests_session() as session:
        with pytest.raises(requests.RequestException):
            session.get(host.url)
        assert host.hung_up.wait(10)
        assert host.sent < MOST_DROPS * 2


def test_a_closed_door_is_told_apart_from_a_slow_answer():
    """`mailing.smtp` sends again only what never left."""
    with slow_host(silent) as host:
        pass
    with pytest.raises(requests.ConnectionError) as told:
        sockets.limit(requests.Session()).get(f"http://127.0.0.1:{host.port}/")
    assert type(told.value.args[0].reason).__name__ == "NewConnectionError"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with the certificate and the key of 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "here")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "here.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(path)


def in_tls(certificate: str, behave):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def wrapped(host, connection):
        with context.wrap_socket(connection, server_side=True) as inner:
            behave(host, inner)

    return wrapped


def test_a_provider_that_drips_within_tls_is_left(certificate):
    behave = in_tls(certificate, answering(lambda _: letters(HEAD + b"a" * 10_000)))
    with slow_host(behave) as host, sockets.limit(requests.Session()) as session:
        with pytest.raises(requests.RequestException):
            session.get(f"https://127.0.0.1:{host.port}/", verify=certificate, timeout=5)
        assert host.hung_up.wait(10)
        assert 0 < host.sent < MOST_DROPS


def test_within_tls_an_answer_is_read_and_a_wrong_certificate_refused(certificate):
    body = HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\nok"
    with slow_host(in_tls(certificate, answering(lambda _: [body], 0))) as host:
        session, url = sockets.limit(requests.Session()), f"https://127.0.0.1:{host.port}/"
        assert session.get(url, verify=certificate).text == "ok"
        with pytest.raises(requests.exceptions.SSLError):
            sockets.limit(requests.Session()).get(url)


def test_mail_that_drips_within_tls_is_left(certificate):
    context = sockets.limited_context(ssl.create_default_context(cafile=certificate))
    with slow_host(in_tls(certificate, greeting)) as host:
        with pytest.raises((smtplib.SMTPException, OSError)):
            mail_server._SMTPS("127.0.0.1", host.port, timeout=5, context=context)
        assert host.hung_up.wait(10)
        assert 0 < host.sent < MOST_DROPS


def test_a_socket_says_when_its_time_is_over():
    with slow_host(silent) as host:
        found = sockets.connected("127.0.0.1", host.port, Deadline(0.1), None)
        with found, pytest.raises(TimeoutError):
            found.recv(1)
        found.deadline = Deadline(0)
        with pytest.raises(DeadlineError):
            found.recv(1)

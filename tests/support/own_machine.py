"""Tests stay on this machine: the process refuses to look up or connect to any other host.

The site refuses by itself (OUTGOING=loopback); this catches what asks past `common.http.connections`, such
as a library, and what a test itself does by mistake.
"""

import ipaddress
import os
import socket

import pytest
from django.conf import settings
from django.core.mail.utils import DNS_NAME

# Nobody listens there: a test that needs a catalogue takes the fixture `replay`.
CLOSED = "http://127.0.0.1:9"
# The settings with addresses of catalogues, and the path of each at the replay server.
CATALOGUE_PATHS = {
    "ARXIV_API_URL": "/api/query",
    "ARXIV_OAI_URL": "/oai",
    "BIBSONOMY_URL": "",
    "CROSSREF_API_URL": "",
    "DATACITE_API_URL": "/datacite",
    "DBLP_URL": "/dblp",
    "OPENALEX_API_URL": "/openalex",
    "OPENREVIEW_API_URL": "/openreview",
    "OPENREVIEW_OLD_API_URL": "/openreview1",
    "PUBMED_API_URL": "/eutils",
}
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


def stay() -> None:
    """For this process, and by the environment for those that tests start."""
    settings.OUTGOING = os.environ["OUTGOING"] = "loopback"
    for name in CATALOGUE_PATHS:
        setattr(settings, name, os.environ.setdefault(name, CLOSED))
    socket.socket.connect = _guarded(_connect)
    socket.socket.connect_ex = _guarded(_connect_ex)
    socket.getaddrinfo = _look_up
    # Mail is sent in the name of this machine, which would be looked up.
    DNS_NAME._fqdn = "localhost"


def _guarded(connect):
    def guarded(self: socket.socket, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_own(address[0]):
            self.close()
            # No Exception: nothing that catches all of them may hide it.
            pytest.fail(f"A test wanted to connect to {address}.")
        return connect(self, address)

    return guarded


def _look_up(host, *args, flags=0, **more):
    # A number is read without asking anybody.
    is_read = flags & socket.AI_NUMERICHOST or _is_own(host) or _is_number(host)
    if not is_read:
        pytest.fail(f"A test wanted to look up {host!r}.")
    return _getaddrinfo(host, *args, flags=flags, **more)


def _is_own(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _is_number(host: str | bytes) -> bool:
    """Also in the forms that only the system knows, such as 127.1; asks nobody."""
    try:
        return bool(_getaddrinfo(host, 0, flags=socket.AI_NUMERICHOST))
    except (OSError, UnicodeError):
        return False

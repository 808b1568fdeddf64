"""No test leaves this machine, whichever way it asks."""

import os
import socket
import subprocess
import sys
import urllib.request

import pytest
import requests
from django.core.mail import get_connection

from papers import sources
from papers.identifiers import parse_identifier
from tests.support.own_machine import CATALOGUE_PATHS, CLOSED

Failed = pytest.fail.Exception


@pytest.mark.parametrize("host", ["catalogue.example", "192.88.98.1", "10.0.0.1"])
def test_libraries_ask_no_other_host(host):
    for ask in (
        lambda: requests.get(f"http://{host}/", timeout=1),
        lambda: urllib.request.urlopen(f"http://{host}/", timeout=1),
        lambda: socket.create_connection((host, 80), timeout=1),
        lambda: socket.create_connection((host, 443), timeout=1),
    ):
        with pytest.raises(Failed, match="A test wanted"):
            ask()


def test_a_mail_server_elsewhere_is_not_asked(settings):
    settings.EMAIL_HOST = "mail.example"
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend")
    with pytest.raises(Failed):
        connection.open()


def test_a_catalogue_that_is_not_replayed_is_a_closed_door(settings, monkeypatch):
    assert {getattr(settings, name) for name in CATALOGUE_PATHS} == {CLOSED}
    settings.SOURCE_PATIENCE_SECONDS = 0.1
    with pytest.raises(sources.SourceUnavailableError):
        sources.fetch(parse_identifier("arXiv:1512.03385"))


def test_processes_that_tests_start_stay_here_too():
    code = (
        "import django; django.setup();"
        "from django.conf import settings;"
        "print(settings.OUTGOING, settings.DBLP_URL)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "shortscience.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["loopback", CLOSED]

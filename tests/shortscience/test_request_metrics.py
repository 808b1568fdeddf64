"""What /metrics says of requests: by page, by how they ended, and over all processes."""

import os
import subprocess
import sys
import threading

import pytest
from django.test import RequestFactory

from shortscience.middleware import request_metrics

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    request_metrics._counted.clear()
    yield
    request_metrics._counted.clear()


def told(client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in lines if line[:1] not in {"#", ""})
    }


def test_answers_are_counted_by_page_and_status(client):
    for _ in range(3):
        client.get("/about")
    client.get("/no-such-place")
    client.get("/static/no-such-file.css")
    found = told(client)
    answers = 'shortscience_requests_total{page="%s",method="GET",status="%s"}'
    assert found[answers % ("about", 200)] == 3
    assert found[answers % ("none", 404)] == 2
    assert found['shortscience_request_seconds_count{page="about"}'] == 3
    assert found['shortscience_request_seconds_bucket{page="about",le="+Inf"}'] == 3
    assert found['shortscience_request_seconds_sum{page="about"}'] > 0


def test_classes_of_the_histogram_add_up():
    request = RequestFactory().get("/")
    for seconds in (0.001, 0.3, 0.3, 99):
        request_metrics.count(request, 200, seconds)
    found = dict(line.rpartition(" ")[::2] for line in request_metrics.lines())
    bucket = 'shortscience_request_seconds_bucket{page="none",le="%s"}'
    assert [int(found[bucket % end]) for end in ("0.025", "0.25", "0.5", "10", "+Inf")] == [
        *(1, 1, 3, 3, 4)
    ]


def test_who_sends_odd_methods_and_addresses_makes_no_new_counters(client):
    for number in range(5):
        client.generic(f"ODD{number}", f"/nowhere/{number}")
    assert {name for name in request_metrics._all() if name.startswith("answers")} <= {
        "answers|none|other|404",
        "answers|none|other|405",
    }


def test_no_request_is_lost_between_threads():
    request = RequestFactory().get("/")
    before = request_metrics._all().get("answers|none|GET|200", 0)

    def ask():
        for _ in range(500):
            request_metrics.count(request, 200, 0.01)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert request_metrics._all()["answers|none|GET|200"] - before == 2000


def test_a_page_is_answered_while_redis_is_away_and_counted_afterwards(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CACHES["default"]["LOCATION"], good = (
        "redis://127.0.0.1:1/0",
        settings.CACHES["default"].get("LOCATION", ""),
    )
    try:
        request_metrics._last_added = 0
        request_metrics.count(RequestFactory().get("/"), 200, 0.01)
        assert request_metrics._all()["answers|none|GET|200"] == 1
    finally:
        settings.CACHES["default"]["LOCATION"] = good


@pytest.mark.services
def test_what_another_process_counted_is_there_too(client, settings):
    server = settings.CACHES["default"]["LOCATION"]
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        f"settings.CACHES['default']['LOCATION'] = {server!r}\n"
        "from django.test import RequestFactory\n"
        "from shortscience.middleware import request_metrics\n"
        "request_counts._last_added = 1e18\n"
        "request_counts.count(RequestFactory().post('/'), 303, 0.01)\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shortscience.settings"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)
    assert told(client)['shortscience_requests_total{page="none",method="POST",status="303"}'] == 1

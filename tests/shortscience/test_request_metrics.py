"""What /metrics says of requests: by page, by how they ended, and over all processes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.test import RequestFactory
from prometheus_client import values
from prometheus_client.parser import text_string_to_metric_families

from shortscience.middleware import request_metrics

pytestmark = pytest.mark.django_db
ANSWERS = "shortscience_requests_total"
# A web process as far as counting goes: it begins, and counts posts of 0.01 s that end with 303.
PROCESS = """
import os, signal, sys
import django
django.setup()
from django.test import RequestFactory
from shortscience.middleware import request_metrics
request_metrics.start()
def post():
    request_metrics.count(RequestFactory().post("/"), 303, 0.01)
post()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, settings, monkeypatch):
    """Nothing is counted yet in this folder, and this process counts there."""
    settings.METRICS_ROOT = tmp_path / "metrics"
    begin(monkeypatch)
    return settings.METRICS_ROOT


def begin(monkeypatch) -> None:
    monkeypatch.setattr(values, "ValueClass", values.MutexValue)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # So that the old value comes back.
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")
    monkeypatch.setattr(request_metrics, "_slot", None)
    for metric in (request_metrics.REQUESTS, request_metrics.SECONDS):
        monkeypatch.setattr(metric, "_metrics", {})
    request_metrics.start()


def another_process(folder: Path, code: str = "", **options: object) -> subprocess.CompletedProcess:
    told = {"DJANGO_SETTINGS_MODULE": "shortscience.settings", "DATA_DIR": str(folder.parent)}
    return subprocess.run(
        [sys.executable, "-c", PROCESS + code],
        env={**os.environ, **told},
        timeout=120,
        **options,
    )


def found(name: str, text: str | None = None, **labels: object) -> float:
    """The value of the one sample with these labels; 0 if there is none."""
    wanted = {key: str(value) for key, value in labels.items()}
    samples = [
        sample
        for family in text_string_to_metric_families(text or request_metrics.document())
        for sample in family.samples
        if sample.name == name and sample.labels == wanted
    ]
    assert len(samples) < 2
    return samples[0].value if samples else 0


def posts() -> float:
    return found(ANSWERS, page="none", method="POST", status=303)


def test_answers_are_counted_by_page_and_status(client):
    for _ in range(3):
        client.get("/about")
    client.get("/no-such-place")
    client.get("/static/no-such-file.css")
    text = client.get("/metrics").content.decode()
    assert found(ANSWERS, text, page="about", method="GET", status=200) == 3
    assert found(ANSWERS, text, page="none", method="GET", status=404) == 2
    seconds = "shortscience_request_seconds"
    assert found(f"{seconds}_count", text, page="about") == 3
    assert found(f"{seconds}_bucket", text, page="about", le="+Inf") == 3
    assert found(f"{seconds}_sum", text, page="about") > 0


def test_classes_of_the_histogram_add_up():
    request = RequestFactory().get("/")
    for seconds in (0.001, 0.3, 0.3, 99):
        request_metrics.count(request, 200, seconds)
    bucket = "shortscience_request_seconds_bucket"
    ends = ("0.025", "0.25", "0.5", "10.0", "+Inf")
    assert [found(bucket, page="none", le=end) for end in ends] == [1, 1, 3, 3, 4]


def test_who_sends_odd_methods_and_addresses_makes_no_new_counters(client):
    for number in range(5):
        client.generic(f"ODD{number}", f"/nowhere/{number}")
    families = text_string_to_metric_families(request_metrics.document())
    counted = [sample for family in families for sample in family.samples if sample.name == ANSWERS]
    assert counted
    for sample in counted:
        assert (sample.labels["page"], sample.labels["method"]) == ("none", "other")
        assert sample.labels["status"] in {"404", "405"}


def test_no_request_is_lost_between_threads():
    request = RequestFactory().get("/")

    def ask():
        for _ in range(500):
            request_metrics.count(request, 200, 0.01)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found(ANSWERS, page="none", method="GET", status=200) == 2000


def test_what_another_process_counted_is_there_too_and_stays(client, folder):
    another_process(folder, check=True)
    text = client.get("/metrics").content.decode()
    assert found(ANSWERS, text, page="none", method="POST", status=303) == 1
    another_process(folder, "os.kill(os.getpid(), signal.SIGKILL)")
    assert posts() == 2


def test_processes_that_come_and_go_leave_no_more_files_than_run_at_a_time(folder):
    for _ in range(3):
        another_process(folder, check=True)
    assert posts() == 3
    names = sorted(path.name for path in folder.glob("*.db"))
    assert names == ["counter_0.db", "counter_1.db", "histogram_0.db", "histogram_1.db"]


def test_a_process_that_forks_counts_apart_from_its_child(folder):
    code = """
if os.fork() == 0:
    post()
    os._exit(0)
post()
os.wait()
post()
"""
    another_process(folder, code, check=True)
    assert posts() == 4
    assert (folder / "counter_2.db").exists()


def test_when_all_processes_have_ended_counting_begins_at_nothing(folder, monkeypatch):
    """Prometheus knows that; and nothing that a crash left half written is read again."""
    other = folder.parent / "other" / "metrics"
    told = "print(int(request_metrics.REQUESTS.labels('none', 'POST', 303)._value.get()))"
    first = another_process(other, f"post()\n{told}", check=True, capture_output=True)
    assert first.stdout.split() == [b"2"]
    (other / "counter_7.db").write_bytes(b"\xff" * 4096)
    second = another_process(other, told, check=True, capture_output=True)
    assert second.stdout.split() == [b"1"]
    assert not (other / "counter_7.db").exists()


def test_where_the_folder_cannot_be_made_a_process_counts_for_itself(
    client, tmp_path, settings, monkeypatch
):
    (tmp_path / "file").touch()
    settings.METRICS_ROOT = tmp_path / "file" / "metrics"
    begin(monkeypatch)
    client.get("/about")
    text = client.get("/metrics").content.decode()
    assert found(ANSWERS, text, page="about", method="GET", status=200) == 1
    assert "_created" not in text

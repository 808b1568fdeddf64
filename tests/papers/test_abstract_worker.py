"""The abstract of a paper, fetched by a real Celery worker through real Redis."""

import time

import pytest
from celery import Celery

from papers.importing.pipeline import import_record
from papers.models import Paper
from tests.support.factories import make_record

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_worker_fetches_the_abstract(replay, celery_worker, redis_url):
    # A member's word, which the catalogue confirms.
    told = make_record(
        title="Neural Machine Translation by Jointly Learning to Align and Translate",
        authors=("Dzmitry Bahdanau", "Kyunghyun Cho", "Yoshua Bengio"),
        arxiv="1409.0473",
    )
    paper = import_record(told).paper
    assert paper.abstract == ""
    app = Celery(broker=redis_url)
    app.send_task("papers.tasks.fetch_abstract", args=[paper.pk], queue="import")
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not Paper.objects.get(pk=paper.pk).abstract:
        time.sleep(0.2)
    paper.refresh_from_db()
    assert paper.abstract.startswith("A recurrent translator")
    assert any("1409.0473" in path for _, path in replay.requests)

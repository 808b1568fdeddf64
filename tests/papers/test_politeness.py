"""How far apart the calls of four real Celery workers arrive at a catalogue."""

import itertools
import time

import pytest
from celery import Celery

from papers.importing.pipeline import import_record
from tests.support.factories import make_record
from tests.support.services import celery_workers

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PAPERS = 20
SPACING_SECONDS = {"/api/query": 0.3, "/works/": 0.2}


def test_calls_of_four_workers_keep_the_distance_and_never_overlap(replay, redis_url):
    papers = [
        import_record(
            make_record(arxiv=f"2001.{number:05d}", doi=f"10.5555/unknown.{number}")
        ).paper
        for number in range(PAPERS)
    ]
    # Long enough that a second call would overlap, were there one.
    replay.pause_seconds = 0.1
    with celery_workers(
        redis_url,
        count=4,
        ARXIV_SPACING_SECONDS=str(SPACING_SECONDS["/api/query"]),
        CROSSREF_SPACING_SECONDS=str(SPACING_SECONDS["/works/"]),
        SOURCE_PATIENCE_SECONDS="60",
    ):
        app = Celery(broker=redis_url)
        for paper in papers:
            app.send_task("papers.tasks.fetch_abstract", args=[paper.pk], queue="import")
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and min(map(len, arrivals(replay).values())) < PAPERS:
            time.sleep(0.2)
    for path, spacing_seconds in SPACING_SECONDS.items():
        came = arrivals(replay)[path]
        assert len(came) == PAPERS
        gaps = [later - earlier for earlier, later in itertools.pairwise(came)]
        assert min(gaps) >= spacing_seconds
    assert set(replay.most_at_once.values()) == {1}


def arrivals(replay) -> dict[str, list[float]]:
    """When the calls came, by what they asked; other catalogues may be asked as well."""
    return {
        path: [at for at, asked in replay.requests if asked.startswith(path)]
        for path in SPACING_SECONDS
    }

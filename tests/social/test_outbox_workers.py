"""Real Celery workers on PostgreSQL and Redis, killed at random: nothing is lost, nothing is doubled."""

import pytest

from tests.support.outbox_storm import storm

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_killed_workers_and_an_emptied_redis_neither_lose_nor_repeat(
    settings, monkeypatch, redis_url
):
    settings.ALLOW_PRIVATE_CHANNELS = True
    monkeypatch.setenv("REDIS_URL", redis_url)
    report = storm(summaries=25, kills=22, broker=redis_url)
    assert report.is_good, report.table()
    assert report.kills >= 20 and report.flushes == 1

"""Real workers killed by -9 while they tell followers: all hear of each summary, nobody twice."""

import datetime
import random
import time
from collections import Counter

import pytest
from celery import Celery
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from following.models import Follow, PendingFanOut
from notifications.models import Notification
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.workers import kill_all, kill_one, processes_of, start_worker

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
FOLLOWERS, SUMMARIES, KILLS, GIVE_UP_SECONDS = 1500, 6, 6, 90


def publish_with_followers() -> int:
    """Summaries by one person that all follow; returns how many notifications there must be."""
    author = make_user("mara")
    followers = User.objects.bulk_create(
        User(username=f"follower{number}", email=f"f{number}@example.org", is_active=True)
        for number in range(FOLLOWERS)
    )
    Follow.objects.bulk_create(
        Follow(user=person, kind="person", person=author) for person in followers
    )
    # Their messages are lost with the Redis that is not there yet: the sweep has to find them.
    with transaction.atomic():
        for _ in range(SUMMARIES):
            make_summary(paper=make_paper(), author=author)
        transaction.get_connection().run_on_commit.clear()
    return FOLLOWERS * SUMMARIES


def storm(broker: str) -> int:
    """Nudge the workers and kill them until all is told; returns how many died."""
    chance, killed = random.Random(3), 0
    app = Celery(broker=broker)
    master = start_worker(broker, queue="maintenance")
    deadline = time.monotonic() + GIVE_UP_SECONDS
    try:
        while time.monotonic() < deadline and PendingFanOut.objects.exists():
            # Beat would come by every minute.
            PendingFanOut.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=2))
            app.send_task("following.tasks.retry_pending", queue="maintenance")
            time.sleep(chance.uniform(0.05, 0.3))
            if master.poll() is not None:
                master = start_worker(broker, queue="maintenance")
            workers = processes_of(master)
            if killed < KILLS and workers and Notification.objects.exists():
                killed += kill_one(workers, chance)
    finally:
        kill_all(master)
    return killed


def test_killed_workers_tell_each_follower_of_each_summary_once(redis_url):
    expected = publish_with_followers()
    killed = storm(redis_url)
    told = Counter(Notification.objects.values_list("user__username", "event"))
    assert killed and not PendingFanOut.objects.exists(), f"{killed} killed, {len(told)} told"
    assert len(told) == sum(told.values()) == expected

"""Messages that a release before queued under another name are worked on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from following.models import PendingFanOut
from shortscience.celery import app
from summaries.models import SummaryRequest
from tests.support.factories import make_paper, make_summary

FORMER = [
    {"name": "following.tasks.spread"},
    {"name": "following.tasks.sweep"},
    {"name": "mailing.tasks.send"},
    {"name": "mailing.tasks.weekly_letter"},
    {"name": "social.tasks.send"},
    {"name": "syndication.tasks.tell_hub"},
    {"name": "syndication.tasks.draw_pictures"},
]


@pytest.mark.parametrize("former", FORMER, ids=lambda former: former["name"])
def test_former_names_are_registered(former):
    app.loader.import_default_modules()
    assert former["name"] in app.tasks


@pytest.mark.django_db
def test_a_message_under_a_former_name_is_worked_on(alice, bob):
    paper = make_paper(title="A paper that somebody asked for", arxiv="1412.6980")
    SummaryRequest.objects.create(paper=paper, user=bob)
    summary = make_summary(paper=paper, author=alice)
    row, _ = PendingFanOut.objects.get_or_create(summary=summary)
    PendingFanOut.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=1))
    app.loader.import_default_modules()
    app.tasks[FORMER[0]["name"]].apply([summary.pk], throw=True)
    assert not PendingFanOut.objects.filter(pk=row.pk).exists()
    assert bob.notifications.filter(summary=summary).exists()

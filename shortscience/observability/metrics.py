"""What Prometheus reads: what waits, what failed, what there is. Not public.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import secrets
from collections.abc import Iterator

import redis
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from accounts.models import User
from common.db import job_lease
from mailing.models import OutgoingEmail
from papers.models import Correction, Decision, MergeProposal, Paper
from shortscience import __version__
from shortscience.middleware import request_metrics
from social.models import Announcement, Channel
from summaries.models import Comment, Summary

QUEUES = ("maintenance", "import", "pictures", "post", "mail")
# Counting a million rows takes a while: however often somebody asks, it is done this often.
KEPT_SECONDS = 15

Sample = tuple[dict[str, str], float]


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For who has METRICS_TOKEN, and for this machine itself; for all others there is no page."""
    if not _may_look(request):
        raise Http404
    try:
        told = cache.get_or_set("metrics", _document, KEPT_SECONDS)
    except redis.RedisError:
        # Redis being away is what somebody wants to see here.
        told = _document()
    return HttpResponse(told + request_metrics.document(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_look(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.METRICS_TOKEN and secrets.compare_digest(
        told.encode(), settings.METRICS_TOKEN.encode()
    ):
        return True
    # A proxy on this machine has the same address as the machine, but says for whom it asks.
    passed_on = {"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} & set(request.headers)
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not passed_on


class SiteCollector(Collector):
    """Counts when it is asked, not before."""

    def collect(self) -> Iterator[Metric]:
        for name, meaning, samples in _gauges():
            metric = Metric(f"shortscience_{name}", meaning, "gauge")
            for labels, value in samples:
                metric.add_sample(metric.name, labels, value)
            yield metric


def _document() -> str:
    registry = CollectorRegistry()
    registry.register(SiteCollector())
    return generate_latest(registry).decode()


def _gauges() -> Iterator[tuple[str, str, list[Sample]]]:
    yield "info", "The version that runs.", [({"version": __version__}, 1)]
    yield "papers", "Papers in the catalogue.", [({}, Paper.objects.count())]
    yield "people", "Open accounts.", [({}, User.objects.filter(is_active=True).count())]
    summaries = Summary.objects.filter(deleted_at__isnull=True)
    yield "summaries", "Summaries by state.", _by_state(summaries, Summary.State.values)
    yield "comments", "Comments that can be read.", [({}, Comment.objects.published().count())]
    told = Announcement.objects.all()
    yield (
        "announcements",
        "Posts on social channels by state.",
        _by_state(told, Announcement.State.values),
    )
    yield (
        "mails",
        "Mails by state.",
        _by_state(OutgoingEmail.objects.all(), OutgoingEmail.State.values),
    )
    due = {
        "announcements": told.exclude(deed="").filter(channel__is_paused=False),
        "mails": OutgoingEmail.objects.filter(is_open=True),
    }
    yield (
        "overdue_seconds",
        "How long the oldest row of an outbox has been waiting for a worker.",
        [({"outbox": name}, _overdue_seconds(rows)) for name, rows in due.items()],
    )
    paused = Channel.objects.filter(is_active=True, is_paused=True).count()
    yield "channels_paused", "Social channels that do not post.", [({}, paused)]
    yield (
        "proposals_waiting",
        "What members proposed and moderators have not decided.",
        [
            ({"kind": kind}, model.objects.filter(state=Decision.WAITING).count())
            for kind, model in (("correction", Correction), ("merge", MergeProposal))
        ],
    )
    if settings.REDIS_URL:
        yield "queued_tasks", "Tasks that no worker has taken yet.", _queued()


def _by_state(rows, states: list[str]) -> list[Sample]:
    """All states, also those with nothing in them: a line that comes and goes is no zero."""
    found = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return [({"state": state}, found.get(state, 0)) for state in states]


def _overdue_seconds(rows) -> float:
    oldest = job_lease.ready(rows).aggregate(at=Min("next_try_at"))["at"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0


def _queued() -> list[Sample]:
    """Nothing while Redis does not answer: how many wait is then unknown."""
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2) as server:
            return [({"queue": name}, server.llen(name)) for name in QUEUES]
    except redis.RedisError:
        return []

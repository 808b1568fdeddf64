"""Metrics for Prometheus: queues, failures and totals. Not public.

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
from doctor.models import DoctorRun
from mailing.models import OutgoingEmail
from papers.models import Correction, Decision, MergeProposal, Paper
from shortscience import __version__
from shortscience.middleware import request_metrics
from social.models import Announcement, Channel
from summaries.models import Comment, Summary

QUEUES = ("maintenance", "import", "pictures", "post", "mail")
# Counting a million rows takes a while, so the result is cached for this time.
KEPT_SECONDS = 15

Sample = tuple[dict[str, str], float]


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics to clients with METRICS_TOKEN or on this machine; 404 for all others."""
    if not _may_look(request):
        raise Http404
    try:
        body = cache.get_or_set("metrics", _document, KEPT_SECONDS)
    except redis.RedisError:
        # An unreachable Redis is what an operator wants to see here.
        body = _document()
    return HttpResponse(body + request_metrics.document(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_look(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.METRICS_TOKEN and secrets.compare_digest(
        token.encode(), settings.METRICS_TOKEN.encode()
    ):
        return True
    # A proxy on this machine has the same address, but adds headers about the client.
    passed_on = {"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"} & set(request.headers)
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not passed_on


class SiteCollector(Collector):
    """Collect gauges when scraped."""

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
    yield "info", "The running version.", [({"version": __version__}, 1)]
    yield "papers", "Papers in the catalogue.", [({}, Paper.objects.count())]
    yield "people", "Active accounts.", [({}, User.objects.filter(is_active=True).count())]
    summaries = Summary.objects.filter(deleted_at__isnull=True)
    yield "summaries", "Summaries by state.", _by_state(summaries, Summary.State.values)
    yield "comments", "Public comments.", [({}, Comment.objects.published().count())]
    announcements = Announcement.objects.all()
    yield (
        "announcements",
        "Posts on social channels by state.",
        _by_state(announcements, Announcement.State.values),
    )
    yield (
        "mails",
        "Mails by state.",
        _by_state(OutgoingEmail.objects.all(), OutgoingEmail.State.values),
    )
    due = {
        "announcements": announcements.exclude(deed="").filter(channel__is_paused=False),
        "mails": OutgoingEmail.objects.filter(is_open=True),
    }
    yield (
        "overdue_seconds",
        "How long the oldest row of an outbox has been waiting for a worker.",
        [({"outbox": name}, _overdue_seconds(rows)) for name, rows in due.items()],
    )
    paused = Channel.objects.filter(is_active=True, is_paused=True).count()
    yield "channels_paused", "Paused social channels.", [({}, paused)]
    yield (
        "proposals_waiting",
        "Proposals of members waiting for moderators.",
        [
            ({"kind": kind}, model.objects.filter(state=Decision.WAITING).count())
            for kind, model in (("correction", Correction), ("merge", MergeProposal))
        ],
    )
    yield from _doctor()
    if settings.REDIS_URL:
        yield "queued_tasks", "Tasks waiting for a worker.", _queued()


def _doctor() -> Iterator[tuple[str, str, list[Sample]]]:
    """Yield the result of the last run over all checks; nothing before the first one."""
    run = DoctorRun.latest()
    if run is None or run.finished_at is None:
        return
    yield (
        "doctor_damaged",
        "Rows and files that break an invariant, by check, and were not repaired.",
        [
            ({"check": name}, result["damaged"] - result["repaired"])
            for name, result in run.results.items()
        ],
    )
    finished = run.finished_at.timestamp()
    yield "doctor_finished_timestamp_seconds", "When the last run ended.", [({}, finished)]


def _by_state(rows, states: list[str]) -> list[Sample]:
    """Return a sample for every state, including zeros: a missing series is no zero."""
    counts = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    return [({"state": state}, counts.get(state, 0)) for state in states]


def _overdue_seconds(rows) -> float:
    oldest = job_lease.ready(rows).aggregate(at=Min("next_try_at"))["at"]
    return (timezone.now() - oldest).total_seconds() if oldest else 0


def _queued() -> list[Sample]:
    """Return the length of each queue; nothing while Redis is unreachable."""
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2) as server:
            return [({"queue": name}, server.llen(name)) for name in QUEUES]
    except redis.RedisError:
        return []

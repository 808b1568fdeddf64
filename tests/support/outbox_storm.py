"""Summaries, channels with faults, workers that are killed at random, a Redis that is emptied."""

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import redis
from celery import Celery
from django.utils import timezone

from social import outbox
from social.channels import CHANNELS
from social.models import Announcement
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.social import SocialServer, make_channels
from tests.support.workers import kill_all, kill_one, processes_of, start_worker

WORKERS = 3
FAULT_RATE = 0.2
QUEUED = 20
# Short, so that a storm takes minutes: a claim of a killed worker holds so long.
CLAIM_SECONDS = 3
REPEATABLE = {kind for kind, module in CHANNELS.items() if module.REPEATABLE_SECONDS != 0}
GIVE_UP_SECONDS = 1500
State = Announcement.State


@dataclass
class Report:
    """By service: {how often a post arrived: number of summaries}, and the states of the rows."""

    summaries: int
    kills: int = 0
    flushes: int = 0
    restarts: int = 0
    seconds: float = 0.0
    arrived: dict[str, Counter] = field(default_factory=dict)
    states: dict[str, Counter] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.wrong

    def table(self) -> str:
        lines = [
            f"{self.summaries} summaries, {self.kills} workers killed, Redis emptied "
            f"{self.flushes} times, Celery begun again {self.restarts} times, {self.seconds:.0f} s",
            f"{'service':<10}{'once':>6}{'never':>7}{'twice':>7}  states",
        ]
        for service, arrived in self.arrived.items():
            twice = sum(number for times, number in arrived.items() if times > 1)
            states = ", ".join(f"{state} {n}" for state, n in sorted(self.states[service].items()))
            lines.append(f"{service:<10}{arrived[1]:>6}{arrived[0]:>7}{twice:>7}  {states}")
        return "\n".join([*lines, *self.wrong])


def storm(
    *, summaries: int, kills: int, broker: str, log: Callable[[str], None] = lambda line: None
) -> Report:
    """Publish, and kill workers until all is told; `broker` is a Redis that may be emptied."""
    social = SocialServer(fault_rate=FAULT_RATE)
    report = Report(summaries=summaries)
    began = time.monotonic()
    try:
        channels = make_channels(social.url)
        texts = _publish(summaries)
        _weather(report, kills, broker, log)
        report.seconds = time.monotonic() - began
        _judge(report, social, list(channels), texts)
    finally:
        social.stop()
    return report


def _publish(number: int) -> list[str]:
    """The links of new public summaries, each on a paper of its own."""
    author = make_user()
    for place in range(number):
        make_summary(paper=make_paper(title=f"Paper number {place}"), author=author)
    rows = Announcement.objects.values_list("summary", flat=True).distinct().order_by("summary")
    return [f"/summary/{pk}" for pk in rows]


def _weather(report: Report, kills: int, broker: str, log: Callable[[str], None]) -> None:
    """Nudge the workers and kill them until the work is done."""
    chance = random.Random(11)
    server = redis.Redis.from_url(broker)
    server.flushdb()
    master = _start(broker)
    app = Celery(broker=broker)
    deadline = time.monotonic() + GIVE_UP_SECONDS
    try:
        while time.monotonic() < deadline and _open_rows():
            # Beat would call once a minute: a queue full of old calls only keeps workers busy.
            if server.llen("post") < QUEUED:
                _nudge(app)
            time.sleep(chance.uniform(0.1, 0.5))
            if master.poll() is not None:
                # Celery gives up when too many of its processes are shot; an operator's
                # supervisor begins it again, and so do we.
                report.restarts += 1
                if report.restarts > kills:
                    raise RuntimeError(f"The worker ends at once with {master.returncode}.")
                master = _start(broker)
            workers = processes_of(master)
            # A worker that is still starting holds nothing: killing it would prove nothing.
            if report.kills >= kills or not workers or not _is_at_work():
                continue
            if not kill_one(workers, chance):
                continue
            report.kills += 1
            if report.kills % 20 == 0:
                # The whole tree, and all that Redis knew.
                kill_all(master)
                server.flushdb()
                report.flushes += 1
                master = _start(broker)
                log(f"{report.kills} killed, {_open_rows()} rows open")
    finally:
        kill_all(master)


def _start(broker: str) -> subprocess.Popen:
    return start_worker(
        broker,
        queue="post",
        processes=WORKERS,
        ALLOW_PRIVATE_CHANNELS="true",
        CLAIM_SECONDS=str(CLAIM_SECONDS),
    )


def _open_rows() -> int:
    return Announcement.objects.exclude(deed="").count()


def _is_at_work() -> bool:
    """Some row is in the hands of a worker, or was a moment ago."""
    return Announcement.objects.filter(claimed_until__gt=timezone.now()).exists()


def _nudge(app: Celery) -> None:
    """What beat does every minute, here often; growing pauses are cut short."""
    soon = timezone.now() + timedelta(seconds=2)
    Announcement.objects.exclude(deed="").filter(next_try_at__gt=soon).update(next_try_at=soon)
    for number in outbox.due():
        app.send_task("social.tasks.deliver_post", args=[number], queue="post")


def _judge(report: Report, social: SocialServer, services: list[str], links: list[str]) -> None:
    for service in services:
        times = Counter()
        for text, number in social.deliveries.get(service, Counter()).items():
            times[next(link for link in links if text.rstrip().endswith(link))] += number
        report.arrived[service] = Counter(times[link] for link in links)
        rows = Announcement.objects.filter(channel__kind=service)
        states = dict(rows.values_list("summary", "state"))
        report.states[service] = Counter(states.values())
        for link in links:
            state, number = states[int(link.rpartition("/")[2])], times[link]
            if number > 1:
                report.wrong.append(f"{service}: {link} arrived {number} times")
            elif service in REPEATABLE and (number, state) != (1, State.POSTED):
                report.wrong.append(f"{service}: {link} is {state} and arrived {number} times")
            elif state == State.POSTED and number != 1:
                report.wrong.append(f"{service}: {link} is told to be posted and is not there")
            elif state not in {State.POSTED, State.UNCERTAIN}:
                report.wrong.append(f"{service}: {link} was left {state}")

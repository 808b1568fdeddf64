"""Real workers killed by -9 and a mail server with faults: no notification is mailed twice, and
none is lost but for mails that say that nobody knows."""

import random
import re
import socket
import subprocess
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from celery import Celery
from django.utils import timezone

from mailing.models import OutgoingEmail, OutgoingEmailItem
from notifications.models import Notification
from tests.support.factories import make_summary
from tests.support.letterbox import make_reader, notify
from tests.support.workers import kill_all, kill_one, processes_of, start_worker

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
State = OutgoingEmail.State
READERS, KILLS, GIVE_UP_SECONDS = 30, 8, 240


class MailServer:
    """Counts what it took by Message-ID; now and then it is busy, or drops the line afterwards."""

    def __init__(self):
        self.taken: Counter[str] = Counter()
        self._chance = random.Random(5)
        self._lock = threading.Lock()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if self._chance.random() < 0.1:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self._chance.random() < 0.1:
            return "452 4.3.1 Too busy"
        number = re.search(rb"^Message-ID:\s*(\S+)", envelope.content, re.MULTILINE)[1].decode()
        with self._lock:
            self.taken[number] += 1
        if self._chance.random() < 0.1:
            server.transport.close()
        return "250 Taken"


def start(broker: str, port: int) -> subprocess.Popen:
    return start_worker(
        broker,
        queue="mail",
        EMAIL_URL=f"smtp://127.0.0.1:{port}?tls=false",
        MAIL_DELAY_SECONDS="0",
        CLAIM_SECONDS="2",
    )


def storm(broker: str, port: int) -> int:
    """Nudge the workers and kill them until all is sent; returns how many died."""
    chance, killed, done = random.Random(3), 0, 0
    app = Celery(broker=broker)
    master = start(broker, port)
    deadline = time.monotonic() + GIVE_UP_SECONDS
    try:
        while time.monotonic() < deadline and is_work_left():
            # Growing pauses are cut short; beat would come by every minute.
            OutgoingEmail.objects.filter(is_open=True).update(next_try_at=timezone.now())
            app.send_task("mailing.tasks.send_due", queue="mail")
            time.sleep(chance.uniform(0.1, 0.4))
            if master.poll() is not None:
                master = start(broker, port)
            workers = processes_of(master)
            # Between two of them something is done: a machine that is busy starts workers slowly.
            begun = OutgoingEmail.objects.exclude(state=State.WAITING).count()
            if killed < KILLS and workers and begun > done:
                done = begun
                killed += kill_one(workers, chance)
    finally:
        kill_all(master)
    return killed


def is_work_left() -> bool:
    waiting = Notification.objects.filter(email_item=None, event__startswith="test:").exists()
    return waiting or OutgoingEmail.objects.filter(is_open=True).exists()


def test_killed_workers_and_a_faulty_server_neither_lose_nor_repeat(redis_url):
    server = MailServer()
    server.controller.start()
    summary = make_summary()
    Notification.objects.all().delete()
    for _ in range(READERS):
        reader = make_reader()
        for _ in range(2):
            notify(reader, "mention", summary=summary, at=timezone.now() - timedelta(minutes=1))
    try:
        killed = storm(redis_url, server.port)
    finally:
        server.controller.stop()
    states = Counter(OutgoingEmail.objects.values_list("state", flat=True))
    told = f"{killed} killed, {dict(states)}, taken {Counter(server.taken.values())}"
    assert killed, told
    assert OutgoingEmailItem.objects.count() == 2 * READERS, told
    assert set(states) <= {State.SENT, State.UNCERTAIN}, told
    assert set(server.taken.values()) == {1}, told
    for mail in OutgoingEmail.objects.filter(state=State.SENT):
        assert server.taken[mail.message_id] == 1, told

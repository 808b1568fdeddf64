"""Real Celery workers on the test's database, for tests that kill them."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """Where the test's PostgreSQL is, as DATABASE_URL tells it to other processes."""
    database = connection.settings_dict
    return (
        f"postgres://{database['USER']}:{database['PASSWORD']}@"
        f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )


def start_worker(
    broker: str, *, queue: str, processes: int = 2, **environment: str
) -> subprocess.Popen:
    """A worker of one queue, whose processes it replaces when they die."""
    command = [sys.executable, "-m", "celery", "-A", "shortscience", "worker", "--pool=prefork"]
    options = ["-Q", queue, "--loglevel=CRITICAL", f"--concurrency={processes}"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    told = {
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "REDIS_URL": broker,
    }
    return subprocess.Popen(
        [*command, *options, *quiet],
        env={**os.environ, **told, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def processes_of(master: subprocess.Popen) -> list[int]:
    """The numbers of a worker's processes, from Linux's /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue  # It died while we looked.
        if parent == master.pid:
            found.append(int(status.parent.name))
    return found


def kill_one(processes: list[int], chance: random.Random) -> bool:
    """False when it ended by itself while we chose."""
    try:
        os.kill(chance.choice(processes), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def kill_all(master: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(master.pid, signal.SIGKILL)
    master.wait()

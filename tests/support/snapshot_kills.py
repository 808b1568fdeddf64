"""Run `load_arxiv_snapshot` as a process of its own on the database of the test, and kill it."""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.support.workers import database_url

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Report:
    """`said` is the last process's answer; seconds and memory are those of the longest-lived."""

    kills: int = 0
    seconds: float = 0.0
    peak_megabytes: float = 0.0
    said: str = ""


def load_with_kills(file: Path, *, kills: int, between_seconds=(0.8, 2.5), seed: int = 5) -> Report:
    """Begin the command until it ends by itself, with kill -9 at random moments of its work."""
    chance = random.Random(seed)
    report = Report()
    began = time.monotonic()
    while True:
        process = _start(file)
        # A kill before the first batch would prove nothing.
        position = _position()
        killed_at = None
        while process.poll() is None:
            report.peak_megabytes = max(report.peak_megabytes, _peak_megabytes(process.pid))
            time.sleep(0.05)
            if report.kills >= kills:
                continue
            if killed_at is None and _position() != position:
                killed_at = time.monotonic() + chance.uniform(*between_seconds)
            if killed_at and time.monotonic() > killed_at:
                process.send_signal(signal.SIGKILL)
        with process.stdout as told:
            output = told.read()
        if process.wait() == -signal.SIGKILL:
            report.kills += 1
            continue
        assert process.returncode == 0, output
        report.said = output
        report.seconds = time.monotonic() - began
        return report


def _start(file: Path) -> subprocess.Popen:
    environment = {**os.environ, "SECRET_KEY": settings.SECRET_KEY, "DEBUG": ""}
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{connection.settings_dict['NAME']}"
    else:
        environment["DATABASE_URL"] = database_url()
    return subprocess.Popen(
        [sys.executable, "manage.py", "load_arxiv_snapshot", str(file), "--quiet"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _position() -> int:
    from papers.models import ImportRun

    run = ImportRun.objects.order_by("-pk").first()
    return run.position if run else 0


def _peak_megabytes(number: int) -> float:
    """The most memory that a process had so far; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{number}/status").read_text()
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024

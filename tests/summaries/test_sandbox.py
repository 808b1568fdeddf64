"""The processes that render long texts: bounded in work, not in time that passes."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from summaries.models import Summary
from summaries.rendering import RendererBusyError, TextRefusedError, render, sandbox
from tests.support.cpu_time import processor_seconds
from tests.support.factories import make_paper, make_user

# Tenths of a second of work: more than what the tests below allow.
SLOW = "- *a* **b** `c` [d](/e)\n" * 1_600
START = "*a*" + " b" * 22_000


@pytest.fixture(autouse=True)
def _no_process_of_others():
    """Each test starts its processes: the first that runs is the one that is asked."""
    sandbox._pool.stop()
    yield
    sandbox._pool.stop()


def honest(word: str) -> str:
    return f"*{word}*" + f" {word}" * 8_000


def _running() -> list[int]:
    return [child._process.pid for child in sandbox._pool._children if child._process]


def test_a_text_that_waits_for_the_processor_is_not_refused():
    """A stopped process gets no time of the processor, as on a machine that is very busy."""
    render(START)
    (pid,) = _running()[:1]
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(3.5, os.kill, [pid, signal.SIGCONT]).start()
    assert render(honest("patient")).startswith("<p><em>patient</em>")
    assert pid in _running()


@pytest.fixture
def _short_budget(monkeypatch):
    """And long patience: what is measured is the work, however busy the machine is."""
    monkeypatch.setattr(sandbox, "MAX_CPU_SECONDS", 0.3)
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 60.0)


def test_a_slow_text_is_refused_for_its_own_work(_short_budget):
    began = processor_seconds()
    with pytest.raises(TextRefusedError, match="takes too long"):
        render(SLOW)
    used = processor_seconds() - began
    assert sandbox.MAX_CPU_SECONDS <= used < sandbox.MAX_CPU_SECONDS + 4


def test_the_budget_ends_a_single_match_of_a_pattern():
    """Python could not look at the clock within it."""
    script = (
        "import re, signal; signal.setitimer(signal.ITIMER_PROF, 0.2);"
        "re.match('(a|aa)+$', 'a' * 60 + 'b')"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == -signal.SIGPROF


def test_slow_texts_of_one_person_have_nobody_else_refused(_short_budget):
    refused, rendered = [], []

    def ask(text: str, kept: list) -> None:
        try:
            kept.append(render(text)[:15])
        except TextRefusedError as error:
            refused.append(str(error))

    slow = [threading.Thread(target=ask, args=[SLOW, []]) for _ in range(3)]
    others = [threading.Thread(target=ask, args=[honest(f"w{n}"), rendered]) for n in range(4)]
    for thread in slow + others:
        thread.start()
    for thread in slow + others:
        thread.join()
    assert sorted(rendered) == [f"<p><em>w{n}</em> " for n in range(4)]
    assert len(refused) == 3 and {"takes too long" in words for words in refused} == {True}


class GivenUpError(Exception):
    pass


def test_the_answer_to_a_text_given_up_is_not_that_to_the_next():
    def give_up(*_args) -> None:
        raise GivenUpError

    render(START)
    (pid,) = _running()[:1]
    os.kill(pid, signal.SIGSTOP)
    before = signal.signal(signal.SIGALRM, give_up)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(GivenUpError):
            render(honest("secret"))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert "secret" not in render(honest("other"))


def test_a_process_killed_from_outside_is_no_fault_of_the_text():
    render(START)
    (pid,) = _running()[:1]
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.5, os.kill, [pid, signal.SIGKILL]).start()
    with pytest.raises(RendererBusyError, match="Try again"):
        render(honest("unlucky"))
    assert render(honest("lucky")).startswith("<p><em>lucky</em>")


def test_a_forked_process_asks_renderers_of_its_own():
    render(START)
    before = _running()
    pid = os.fork()
    if pid == 0:
        is_right = render(honest("child")).startswith("<p><em>child</em>")
        is_own = not set(_running()) & set(before)
        sandbox._pool.stop()
        os._exit(0 if is_right and is_own else 1)
    assert render(honest("parent")).startswith("<p><em>parent</em>")
    assert _status(pid) == 0
    assert _running() == before


def _status(pid: int) -> int:
    for _ in range(600):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    pytest.fail("The forked process waits for ever.")


@pytest.mark.django_db
def test_who_finds_every_process_busy_is_told_to_come_back_and_keeps_the_text(client, monkeypatch):
    """Nothing else is asked of the pool meanwhile: the page comes without a preview."""
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0.01)
    free = [sandbox._pool._free.get() for _ in range(sandbox.MOST_CHILDREN)]
    try:
        client.force_login(make_user())
        text = honest("kept")
        paper = make_paper()
        form = {"text": text, "signed": "name", "visibility": "public", "action": "publish"}
        for address in (f"/paper/{paper.pk}/write", "/editor/preview"):
            answer = client.post(address, form)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert b"The server is busy" in answer.content
        assert text[:30] in client.post(f"/paper/{paper.pk}/write", form).content.decode()
        assert not Summary.objects.exists()
    finally:
        for child in free:
            sandbox._pool._free.put(child)

"""Without workers a page is answered before any other host is."""

import os
import threading

import pytest
from django.db import connection, transaction

from common import background
from common.tasks import delay_on_commit
from papers.tasks import fetch_abstract
from summaries.media import image_fetching
from summaries.media.images import image_url
from summaries.models import Image, Summary
from summaries.tasks import copy_image
from tests.summaries.test_images import picture
from tests.support.factories import make_paper, make_user
from tests.support.slow_hosts import HEAD, answering, slow_host


@pytest.fixture
def threads(settings, tmp_path):
    """As on a site without Redis; nothing is left running."""
    settings.BACKGROUND_THREADS = True
    settings.ALLOW_PRIVATE_CHANNELS = True
    settings.MEDIA_ROOT = tmp_path
    yield
    assert background.wait(30)


def picture_once(may_answer: threading.Event):
    """Takes the request at once, and answers when it may."""

    def parts(_request: bytes):
        assert may_answer.wait(60)
        body = picture()
        return [HEAD + b"Content-Length: %d\r\n\r\n" % len(body), body]

    return answering(parts, seconds=0)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_page_is_answered_before_the_host_of_its_picture_is(client, threads):
    author = make_user(is_trusted=True)
    client.force_login(author)
    paper, may_answer = make_paper(), threading.Event()
    with slow_host(picture_once(may_answer)) as host:
        form = {"signed": "name", "visibility": "public", "action": "publish"}
        text = f"A result that is worth a look.\n\n![a plot]({host.url}/a.png)"
        answer = client.post(f"/paper/{paper.pk}/write", {"text": text, **form})
        assert answer.status_code == 302
        # Meanwhile the site answers others as well.
        assert host.asked.wait(30) and not host.sent
        assert host.url in client.get(answer["Location"]).content.decode()
        assert not Image.objects.get().file
        may_answer.set()
        assert background.wait(30)
    address = image_url(Image.objects.get())
    assert f'<img src="{address}"' in Summary.objects.get().html


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_pictures_that_waited_when_a_process_ended_come_with_the_next(threads):
    may_answer = threading.Event()
    may_answer.set()
    with slow_host(picture_once(may_answer)) as host:
        for number in range(3):
            Image.objects.create(foreign_url=f"{host.url}/{number}.png")
        Image.objects.create(foreign_url=f"{host.url}/failed.png", tries=1)
        delay_on_commit("summaries.tasks.copy_new")
        assert background.wait(30)
    assert Image.objects.exclude(file="").count() == 3
    assert host.calls == 3


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_transaction_is_open_while_a_host_is_asked(threads):
    """Others can write, also in SQLite, where one transaction that writes keeps all others out."""
    may_answer = threading.Event()
    with slow_host(picture_once(may_answer)) as host:
        image = Image.objects.create(foreign_url=f"{host.url}/a.png")
        copy_image.delay(image.pk)
        assert host.asked.wait(30)
        with transaction.atomic():
            Image.objects.filter(pk=image.pk).update(problem="written meanwhile")
            if connection.vendor == "postgresql":
                Image.objects.select_for_update(nowait=True).get(pk=image.pk)
        may_answer.set()
        assert background.wait(30)
    image.refresh_from_db()
    assert image.file and not image.problem and image.claimed_until is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_processes_ask_for_a_picture_once(settings, tmp_path):
    settings.ALLOW_PRIVATE_CHANNELS = True
    settings.MEDIA_ROOT = tmp_path
    may_answer, came = threading.Event(), []
    with slow_host(picture_once(may_answer)) as host:
        images = [Image.objects.create(foreign_url=f"{host.url}/{n}.png") for n in range(2)]

        def run():
            came.append(image_fetching.copy_waiting())
            connection.close()

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert host.asked.wait(30)
        assert not image_fetching.copy_image(image_id=images[0].pk)
        may_answer.set()
        for thread in threads:
            thread.join(60)
    assert sum(came) == 2 and host.calls == 2
    assert Image.objects.exclude(file="").count() == 2


@pytest.mark.django_db
def test_a_run_begins_no_other_picture_when_its_time_is_over():
    Image.objects.create(foreign_url="http://127.0.0.1:9/a.png")
    assert image_fetching.copy_waiting(seconds=0) == 0
    assert not image_fetching.copy_new(seconds=0)
    assert Image.objects.get().tries == 0


@pytest.mark.django_db
def test_what_a_killed_process_was_copying_is_free_again(monkeypatch):
    image = Image.objects.create(foreign_url="http://127.0.0.1:9/a.png")
    assert image_fetching._claim(image.pk)
    assert image_fetching._claim(image.pk) is None
    monkeypatch.setattr(image_fetching, "CLAIM_SECONDS", -1)
    Image.objects.update(claimed_until=None)
    assert image_fetching._claim(image.pk) and image_fetching._claim(image.pk)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_slow_queue_delays_no_other(threads):
    release, done = threading.Event(), threading.Event()
    background.put("pictures", "slow", lambda: release.wait(60))
    background.put("post", "quick", done.set)
    assert done.wait(30)
    release.set()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_same_work_waits_once_and_what_fails_stops_nothing(threads, monkeypatch):
    release, done = threading.Event(), []
    background.put("post", "first", lambda: release.wait(60))
    background.put("post", "broken", lambda: 1 / 0)
    for _ in range(5):
        background.put("post", "same", lambda: done.append(1))
    monkeypatch.setattr(background, "MOST_WAITING", 2)
    assert not background.put("post", "too much", lambda: done.append(2))
    release.set()
    assert background.wait(30)
    assert done == [1]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_only_what_asks_other_hosts_runs_in_the_background(threads, monkeypatch):
    names = []
    monkeypatch.setattr(background, "put", lambda queue, key, work: names.append((queue, key)))
    fetch_abstract.delay_on_commit(7)
    delay_on_commit("syndication.tasks.ping_hub", ["http://127.0.0.1:8000/feed.atom"])
    delay_on_commit("syndication.tasks.draw_share_images", 7)
    assert [queue for queue, _ in names] == ["import", "post"]


def test_a_child_process_starts_threads_of_its_own():
    background.put("post", "warm", lambda: None)
    assert background.wait(30)
    child = os.fork()
    if child == 0:
        done = threading.Event()
        background.put("post", "in the child", done.set)
        os._exit(0 if done.wait(30) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

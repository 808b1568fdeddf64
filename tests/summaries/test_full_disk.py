"""A disk without room loses nothing and ruins nothing: what did not fit is sent or fetched again."""

import re
import threading
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from common.files import StorageFullError, write_whole
from shortscience import env
from summaries.media.image_fetching import copy_image, copy_new, copy_waiting
from summaries.media.images import add_image, image_url
from summaries.models import Image
from syndication.share_images import storage
from tests.common.test_background import picture_once
from tests.summaries.test_images import picture, send
from tests.support.factories import make_paper, make_summary
from tests.support.full_disk import no_room
from tests.support.slow_hosts import slow_host

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ALLOW_PRIVATE_CHANNELS = True


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_does_not_fit_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    write_whole(path, b"old")
    with no_room(), pytest.raises(StorageFullError, match="could not be written"):
        write_whole(path, b"new" * 1000)
    assert path.read_bytes() == b"old" and files_in(tmp_path) == ["deep/a.txt"]
    write_whole(path, b"new" * 1000, mode=0o600)
    assert path.read_bytes() == b"new" * 1000 and path.stat().st_mode & 0o777 == 0o600
    assert files_in(tmp_path) == ["deep/a.txt"]


def test_a_folder_that_cannot_be_made_is_the_same_error(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageFullError):
        write_whole(tmp_path / "file" / "a.txt", b"text")


@pytest.mark.django_db
def test_an_upload_without_room_is_told_and_works_later(client, alice, full_disk, tmp_path):
    client.force_login(alice)
    told = send(client, picture())
    assert (
        told.status_code == 507
        and "This site has no storage space left at the moment." in told.json()["error"]
    )
    assert not Image.objects.exists() and not files_in(tmp_path)
    full_disk.undo()
    told = send(client, picture())
    assert told.status_code == 201
    answer = client.get(told.json()["url"])
    assert answer.status_code == 200 and "immutable" in answer["Cache-Control"]


@pytest.mark.django_db
def test_without_script_the_text_stays_in_the_form(client, alice, full_disk):
    client.force_login(alice)
    form = {"text": "Look:", "signed": "name", "visibility": "public", "action": "image"}
    desk = f"/paper/{make_paper().pk}/write"
    answer = send(client, picture(), address=desk, **form)
    assert answer.status_code == 507
    page = answer.content.decode()
    assert (
        "Look:</textarea>" in page and "This site has no storage space left at the moment." in page
    )


@pytest.mark.django_db
@pytest.mark.parametrize("ruin", [lambda data: b"", lambda data: b"x" * len(data)])
def test_a_ruined_file_is_not_handed_out_and_is_replaced(client, alice, tmp_path, ruin):
    image = add_image(uploader=alice, data=picture())
    path = tmp_path / image.file.name
    whole = path.read_bytes()
    path.write_bytes(ruin(whole))
    answer = client.get(image_url(image))
    assert answer.status_code == 404 and "immutable" not in answer.get("Cache-Control", "")
    assert add_image(uploader=alice, data=picture()).pk == image.pk
    assert path.read_bytes() == whole and len(files_in(tmp_path)) == 1
    assert client.get(image_url(image)).status_code == 200


@pytest.mark.django_db
def test_a_copy_without_room_waits_and_costs_no_try(full_disk, tmp_path):
    may_answer = threading.Event()
    may_answer.set()
    with slow_host(picture_once(may_answer)) as host:
        rows = [Image.objects.create(foreign_url=f"{host.url}/{n}.png") for n in range(3)]
        assert not copy_image(image_id=rows[0].pk)
        # The others would not fit either: no host is asked in vain, and no run follows at once.
        assert copy_waiting() == 0 and host.calls == 2
        assert copy_new() and host.calls == 3
        assert set(Image.objects.values_list("tries", "claimed_until")) == {(0, None)}
        assert "This site has no storage space left at the moment." in Image.objects.get(
            pk=rows[0].pk
        ).problem and not files_in(tmp_path)
        full_disk.undo()
        assert copy_waiting() == 3
    assert not Image.objects.exclude(problem="").exists()


@pytest.mark.django_db
def test_a_picture_to_share_is_drawn_again_when_it_could_not_be_kept(client, full_disk, tmp_path):
    summary = make_summary(text="It works.")
    address = storage.summary_image_url(summary)
    answer = client.get(address)
    assert answer.status_code == 200 and answer.content.startswith(b"\x89PNG")
    assert not files_in(tmp_path)
    full_disk.undo()
    client.get(address)
    [name] = files_in(tmp_path)
    # What a full disk left here earlier.
    (tmp_path / name).write_bytes(b"")
    assert client.get(address).content.startswith(b"\x89PNG")
    assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")


def test_a_key_is_whole_or_not_there(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with no_room(), pytest.raises(StorageFullError):
        env.secret_key(may_create=True, folder=tmp_path)
    assert not files_in(tmp_path)
    (tmp_path / "secret_key").write_text("")
    key = env.secret_key(may_create=True, folder=tmp_path)
    assert len(key) > 60 and env.secret_key(may_create=True, folder=tmp_path) == key
    with pytest.raises(ImproperlyConfigured):
        env.secret_key(may_create=False, folder=tmp_path)


def test_nothing_is_written_into_the_storage_by_another_way():
    found = [
        str(path)
        for app in sorted({path.parent for path in ROOT.glob("*/__init__.py")} - {ROOT / "tests"})
        for path in app.rglob("*.py")
        if re.search(r"default_storage\.save\(|\.file\.save\(", path.read_text(encoding="utf-8"))
    ]
    assert found == [str(ROOT / "common/storage.py")]

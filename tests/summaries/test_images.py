"""Pictures: what comes in is written anew, what lies elsewhere is copied, readers ask us alone."""

import contextlib
import io
import struct
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from common.http.webhook import ForbiddenHostError, pinned
from summaries.actions.publish import publish, revise
from summaries.editor.lint import default_alt_text
from summaries.media import image_processing
from summaries.media.image_fetching import MOST_TRIES, copy_image, copy_waiting
from summaries.media.image_processing import ImageRefusedError, read_picture
from summaries.media.images import add_image, image_url
from summaries.models import Image, Summary
from summaries.views import image_upload
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db
SECRET = b"52.5200 N 13.4050 E"


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def known_author():
    """Whose links need no moderator."""
    return make_user(is_trusted=True)


def picture(kind: str = "PNG", size=(40, 20), mode: str = "RGB", **how) -> bytes:
    file = io.BytesIO()
    Pillow.new(mode, size, how.pop("color", 0)).save(file, kind, **how)
    return file.getvalue()


def exif(orientation: int) -> bytes:
    told = Pillow.Exif()
    told[0x0112] = orientation
    told[0x010E] = SECRET.decode()
    return told.tobytes()


def bomb(side: int) -> bytes:
    """A PNG of some hundred bytes that says it has side times side pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "png")]
)
def test_four_kinds_are_taken_and_stay_pictures(kind, ending):
    found = read_picture(picture(kind))
    assert (found.ending, found.width, found.height) == (ending, 40, 20)
    with Pillow.open(io.BytesIO(found.data)) as again:
        assert again.format == ("PNG" if kind == "GIF" else kind)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_taken(mode):
    assert read_picture(picture(mode=mode)).ending == "png"


def test_nothing_but_pixels_is_kept_and_the_camera_is_turned():
    found = read_picture(picture("JPEG", exif=exif(6), comment=SECRET))
    assert SECRET not in found.data and (found.width, found.height) == (20, 40)
    words = PngInfo()
    words.add_text("place", SECRET.decode())
    assert SECRET not in read_picture(picture(pnginfo=words, exif=exif(1))).data
    behind = picture() + b"<script>alert(1)</script>" + SECRET
    assert SECRET not in read_picture(behind).data
    for kind in ("WEBP", "GIF"):
        assert SECRET not in read_picture(picture(kind, comment=SECRET, exif=exif(1))).data


def test_what_is_seen_through_stays_so():
    file = io.BytesIO()
    Pillow.new("P", (4, 4), 0).save(file, "GIF", transparency=0)
    for data in (file.getvalue(), picture(mode="RGBA"), picture("WEBP", mode="RGBA")):
        with Pillow.open(io.BytesIO(read_picture(data).data)) as again:
            assert again.convert("RGBA").getpixel((0, 0))[3] == 0


def test_of_an_animation_the_first_frame_stays():
    file = io.BytesIO()
    first, second = Pillow.new("RGB", (4, 4), "red"), Pillow.new("RGB", (4, 4), "blue")
    first.save(file, "GIF", save_all=True, append_images=[second])
    with Pillow.open(io.BytesIO(read_picture(file.getvalue()).data)) as again:
        assert getattr(again, "n_frames", 1) == 1
        assert again.convert("RGB").getpixel((0, 0)) == (255, 0, 0)


def test_a_large_one_is_made_smaller():
    found = read_picture(picture("JPEG", size=(4800, 1200)))
    assert (found.width, found.height) == (2400, 600)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "t be read. Upload a PNG, JPEG, WebP or GIF."),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "t be read. Upload a PNG, JPEG, WebP or GIF.",
        ),
        (b"<html>", "t be read. Upload a PNG, JPEG, WebP or GIF."),
        (b"%PDF-1.7", "t be read. Upload a PNG, JPEG, WebP or GIF."),
        (b"\x89PNG\r\n\x1a\n", "t be read. Upload a PNG, JPEG, WebP or GIF."),
        (b"BM" + b"\0" * 60, "t be read. Upload a PNG, JPEG, WebP or GIF."),
        (bomb(6_000), "million pixels"),
        (bomb(60_000), "million pixels"),
    ],
)
def test_anything_else_is_refused_in_words(data, words):
    with pytest.raises(ImageRefusedError, match=words):
        read_picture(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_half_a_file_is_refused(kind):
    noise = Pillow.effect_noise((200, 200), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, kind)
    with pytest.raises(ImageRefusedError):
        read_picture(file.getvalue()[:600])


def send(client, data: bytes, name: str = "plot.png", address: str = "/editor/images", **more):
    file = SimpleUploadedFile(name, data, content_type="image/png")
    return client.post(address, {"image": file, **more})


def test_an_upload_is_served_by_us_for_long_and_as_what_it_is(client, alice):
    client.force_login(alice)
    told = send(client, picture("JPEG"), name="plot.html")
    assert told.status_code == 201 and told.json()["width"] == 40
    address = told.json()["url"]
    client.logout()
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(address, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert "Vary" not in answer and "Set-Cookie" not in answer
    assert client.get(address, HTTP_ACCEPT_ENCODING="gzip").get("Content-Encoding") is None
    assert client.get(address.replace(".jpg", ".png")).status_code == 404
    assert client.get("/media/images/../../db.sqlite3").status_code == 404


def test_the_same_picture_twice_is_one_row_and_one_file(alice, bob, tmp_path):
    first, again = (add_image(uploader=alice, data=picture()) for _ in range(2))
    other = add_image(uploader=bob, data=picture())
    assert first.pk == again.pk != other.pk and first.file == other.file
    assert len(list((tmp_path / "images").iterdir())) == 1


def test_uploads_need_an_account_a_proof_and_patience(client, alice, settings, monkeypatch):
    assert send(client, picture()).status_code == 401
    client.force_login(alice)
    assert client.get("/editor/images").status_code == 405
    assert client.post("/editor/images").status_code == 422
    monkeypatch.setattr(image_processing, "MAX_BYTES", 50)
    assert "Make it smaller" in send(client, picture()).json()["error"]
    monkeypatch.undo()
    monkeypatch.setattr(image_upload, "PICTURES_PER_HOUR", 0)
    assert send(client, picture()).status_code == 429
    settings.VERIFY_EMAIL = True
    type(alice).objects.update(is_verified=False)
    assert "Confirm your e-mail" in send(client, picture()).json()["error"]
    assert not Image.objects.exists()


def test_without_script_a_picture_comes_with_the_form(client, alice):
    client.force_login(alice)
    form = {"text": "Look:", "signed": "name", "visibility": "public", "action": "image"}
    desk = f"/paper/{make_paper().pk}/write"
    page = send(client, picture(), address=desk, **form, shows="a [red] line").content.decode()
    address = image_url(Image.objects.get())
    assert f"Look:\n\n![a (red) line]({address})\n</textarea>" in page
    assert f'<img src="{address}" alt="a (red) line" width="40" height="20"' in page
    assert not Summary.objects.exists()
    answer = send(client, b"no", address=desk, **form)
    assert answer.status_code == 422 and "Look:</textarea>" in answer.content.decode()


def test_pictures_carry_their_size_and_ask_for_words(client, alice):
    address = image_url(add_image(uploader=alice, data=picture()))
    client.force_login(alice)
    text = f"One.\n\n![{default_alt_text()}]({address})\n\n![]({address})\n\n![a plot]({address})"
    page = client.post("/editor/preview", {"text": text}).content.decode()
    assert page.count('width="40" height="20"') == 3
    assert "Line 3" in page and "Line 5" in page and "Line 7" not in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![a](https://x.org/a.png)", '">Picture on x.org</a><figcaption>a'),
        ("See ![a](https://x.org/a.png) here", '">Picture on x.org: a</a>'),
        ("[![a](https://x.org/a.png)](https://y.org)", ">Picture on x.org: a</a>"),
        ('<img src="https://x.org/a.png" alt="a">', '">Picture on x.org: a</a>'),
        ("https://x.org/a.png", '">Picture on x.org</a>'),
    ],
)
def test_a_picture_elsewhere_is_a_link_until_it_is_here(text, shown):
    summary = make_summary(text=text, author=known_author())
    assert "<img" not in summary.html and shown in summary.html
    assert summary.html.count("<a ") == summary.html.count("</a>") == 1
    image = Image.objects.get()
    assert image.foreign_url == "https://x.org/a.png" and not image.file
    image.file, image.width, image.height = f"images/{'0' * 64}.png", 40, 20
    image.save()
    again = revise(summary_id=summary.pk, editor=summary.author, text=text + " ", based_on=1)
    assert f'<img src="/media/images/{"0" * 64}.png" alt=' in again.html
    assert 'width="40" height="20"' in again.html and "x.org" not in again.html


@pytest.mark.parametrize("state", ["draft", "private"])
def test_what_nobody_reads_asks_for_no_copy(state):
    make_summary(text="![a](https://x.org/a.png)", state=state)
    assert not Image.objects.exists()


def test_rendering_old_texts_anew_asks_for_copies(settings):
    summary = make_summary(text="![a](https://x.org/a.png)", author=known_author())
    Image.objects.all().delete()
    Summary.objects.update(renderer_version=1, html="")
    call_command("rerender")
    assert Image.objects.get().foreign_url == "https://x.org/a.png"
    summary.refresh_from_db()
    assert "Picture on x.org" in summary.html


@contextlib.contextmanager
def host(*answers: tuple[int, dict, bytes]):
    """A server that gives one answer after the other, then the last one again."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_picture_elsewhere_is_copied_once_published(
    client, settings, django_capture_on_commit_callbacks
):
    settings.ALLOW_PRIVATE_CHANNELS = True
    moved, found = (302, {"Location": "/b.png"}, b""), (200, {}, picture())
    with host(moved, found) as base, django_capture_on_commit_callbacks(execute=True):
        text = f"![a plot]({base}/a.png)"
        summary = publish(paper=make_paper(), author=known_author(), text=text)
    image = Image.objects.get()
    page = client.get(summary.paper.get_absolute_url()).content.decode()
    assert f'<img src="{image_url(image)}" alt="a plot"' in page and base not in page
    assert client.get(image_url(image)).status_code == 200


def test_a_copy_that_fails_is_tried_again_and_the_writer_is_told(client, settings):
    settings.ALLOW_PRIVATE_CHANNELS = True
    with host((404, {}, b""), (200, {}, b"<html>")) as base:
        summary = make_summary(text=f"One.\n\n![a]({base}/a.png)", author=known_author())
        number = Image.objects.get().pk
        assert not copy_image(image_id=number)
        assert Image.objects.get().tries == 1
        assert not copy_image(image_id=number)
        image = Image.objects.get()
        assert (
            image.tries == MOST_TRIES
            and "t be read. Upload a PNG, JPEG, WebP or GIF." in image.problem
        )
    client.force_login(summary.author)
    page = client.get(f"/summary/{summary.pk}/edit").content.decode()
    assert "Line 3" in page and "could not be copied" in page
    call_command("copy_pictures")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{port}/a.png", "http://localhost:{port}/a", "http://[::1]/a"]
)
def test_nothing_is_fetched_from_our_own_network(address):
    with host((200, {}, picture())) as base:
        image = Image.objects.create(foreign_url=address.format(port=base.rpartition(":")[2]))
        assert not copy_image(image_id=image.pk)
    image.refresh_from_db()
    assert "public host" in image.problem and not image.file


@pytest.mark.parametrize(
    "number",
    [
        *("127.1", "0x7f.1", "2130706433", "0.0.0.0", "224.0.0.1", "255.255.255.255", "100.64.0.1"),
        *("[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]"),
        *("[2002:7f00:1::]", "[fec0::1]", "[fe80::1]", "[fd00::1]", "[ff0e::1]", "[::]"),
    ],
)
def test_no_other_way_to_write_it_leads_into_our_network(number):
    with pytest.raises(ForbiddenHostError, match="public host"):
        pinned(f"http://{number}/a.png", only_https=False)


@pytest.mark.parametrize("number", ["1.1.1.1", "[2606:4700:4700::1111]"])
def test_public_numbers_are_public(number):
    assert pinned(f"http://{number}/a.png", only_https=False)[1] == number


@pytest.mark.parametrize("address", ["http://[/a.png", "http://[1]/a.png", "http://a\u2100b/a.png"])
def test_what_is_no_address_stops_no_other_copy(settings, address):
    settings.ALLOW_PRIVATE_CHANNELS = True
    Image.objects.create(foreign_url=address)
    with host((302, {"Location": "http://[/a.png"}, b""), (200, {}, picture())) as base:
        astray = Image.objects.create(foreign_url=f"{base}/led-astray.png")
        Image.objects.create(foreign_url=f"{base}/a.png")
        assert copy_waiting() == 1
    astray.refresh_from_db()
    assert astray.tries == 1 and astray.problem
    # Publishing a text that shows one does not fail either.
    make_summary(text=f"![a]({address})", author=known_author())


def test_a_huge_answer_is_not_read_to_its_end(settings, monkeypatch):
    settings.ALLOW_PRIVATE_CHANNELS = True
    monkeypatch.setattr("summaries.media.image_fetching.MAX_BYTES", 100)
    with host((200, {}, b"x" * 5000)) as base:
        image = Image.objects.create(foreign_url=f"{base}/a.png")
        assert not copy_image(image_id=image.pk)
    image.refresh_from_db()
    assert "too large" in image.problem

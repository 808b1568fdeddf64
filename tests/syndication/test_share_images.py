"""Pictures beside shared links: today's, readable, and never more than readers may know."""

import re
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageChops

from summaries.actions import delete, hide_and_remove
from summaries.actions.vote import cast_vote
from syndication.share_images import storage
from syndication.share_images.layout import HEIGHT, WIDTH, Facts, draw
from syndication.share_images.typography import Typeface, wrap
from syndication.tasks import draw_share_images
from tests.support.factories import make_paper, make_summary, make_user

FACTS = {
    "site": "ShortScience",
    "address": "shortscience.example",
    "title": "Attention Is All You Need",
    "authors": "Vaswani, Shazeer",
    "where": "NeurIPS 2017",
    "sentence": "Attention alone is enough for all α ≤ x² in ℝⁿ.",
    "caption": "3 summaries",
    "score": 41,
}


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture_in(html: str) -> str:
    """The address of the page's picture, without the site."""
    [found] = re.findall(r'<meta property="og:image" content="http://127.0.0.1:8000([^"]+)">', html)
    return found


def picture_of(client, address: str) -> str:
    return picture_in(client.get(address, follow=True).content.decode())


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"title": "word " * 150, "authors": "Nobody, " * 90, "sentence": "long " * 500},
        {"title": "注意機構の役割" * 30, "authors": "山田 太郎", "sentence": "中文句子" * 60},
        {"title": "W" * 900, "caption": "W" * 300, "address": "w" * 250, "where": "W" * 200},
        {"title": "\x00\u202e😀\ue000", "sentence": "", "score": None, "where": ""},
    ],
    ids=["plain", "long", "ideographs", "one word", "undrawable"],
)
def test_a_picture_has_the_size_and_stays_within_its_margins(told):
    image = Image.open(BytesIO(draw(Facts(**FACTS | told))))
    assert image.format == "PNG" and image.size == (WIDTH, HEIGHT) == (1200, 630)
    rest = image.convert("RGB").crop((17, 0, WIDTH, HEIGHT))
    left, top, right, bottom = ImageChops.difference(
        rest, Image.new("RGB", rest.size, "#ffffff")
    ).getbbox()
    assert left >= 55 and top >= 55 and right <= 1115 and bottom <= 600


def test_scripts_of_the_world_are_drawn_with_letters_of_their_own():
    letters = Typeface("serif", 40)
    for text in ("é", "Ω", "Ж", "ő", "∑", "ℝ", "注", "标", "국", "の"):
        assert letters.width(text) > 0, text


def test_lines_break_between_words_or_ideographs_and_say_what_is_missing():
    letters = Typeface("serif", 40)
    assert wrap("one two three", letters, width=150, lines=3) == ["one two", "three"]
    assert wrap("one two three four", letters, width=150, lines=1) == ["one …"]
    lines = wrap("注意機構の役割について", letters, width=130, lines=9)
    assert "".join(lines) == "注意機構の役割について" and len(lines) > 3
    assert wrap("", letters, width=100, lines=2) == []


@pytest.mark.django_db
def test_pages_name_a_picture_that_is_there(client, alice):
    summary = make_summary(author=alice, paper=make_paper(venue="ICML"))
    for page in (summary.paper.get_absolute_url(), summary.get_absolute_url()):
        html = client.get(page).content.decode()
        assert '<meta name="twitter:card" content="summary_large_image">' in html
        assert 'og:image:width" content="1200"' in html and "og:image:alt" in html
        answer = client.get(picture_in(html))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
        assert not answer.cookies and "public" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_what_changes_is_drawn_anew_and_the_old_one_goes(client, alice, bob):
    summary = make_summary(author=alice)
    page = summary.get_absolute_url()
    before = picture_of(client, page)
    assert client.get(before).status_code == 200
    assert picture_of(client, page) == before
    cast_vote(summary_id=summary.pk, voter=bob, value=1)
    after = picture_of(client, page)
    assert after != before
    assert client.get(before).headers["Location"] == after
    client.get(after)
    _folders, names = default_storage.listdir(f"pictures/summary/{summary.pk}")
    assert names == [after.rpartition("/")[2]]


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["hide", "withdraw"])
def test_what_nobody_may_read_has_no_picture(
    client, alice, deed, django_capture_on_commit_callbacks
):
    summary = make_summary(author=alice, paper=make_paper())
    address = picture_of(client, summary.get_absolute_url())
    client.get(address)
    with django_capture_on_commit_callbacks(execute=True):
        if deed == "hide":
            hide_and_remove.hide([summary])
        else:
            delete.delete_summary(summary_id=summary.pk, editor=alice)
    assert client.get(address).status_code == 404
    assert default_storage.listdir(f"pictures/summary/{summary.pk}") == ([], [])


@pytest.mark.django_db
def test_drafts_have_none(client, alice):
    summary = make_summary(author=alice, state="draft")
    client.force_login(alice)
    assert "og:image" not in client.get(summary.get_absolute_url()).content.decode()
    address = storage.summary_image_url(summary)
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_an_unsigned_summary_looks_the_same_whoever_wrote_it(alice, bob):
    summary = make_summary(author=alice, is_anonymous=True)
    before = storage.digest_of(summary), storage.redraw(summary)
    summary.author = bob
    assert before == (storage.digest_of(summary), storage.redraw(summary))
    summary.is_anonymous = False
    assert storage.digest_of(summary) != before[0]


@pytest.mark.django_db
def test_workers_draw_what_is_published(alice):
    summary = make_summary(author=alice)
    draw_share_images.delay(summary.pk)  # Within a page, as without workers.
    assert storage.stored(summary) is None
    storage.bring_up_to_date(summary.pk, draws=True)
    summary.paper.refresh_from_db()
    assert storage.stored(summary) and storage.stored(summary.paper)


@pytest.mark.django_db
def test_drawing_is_limited_and_what_is_drawn_is_not(client, monkeypatch):
    monkeypatch.setattr("syndication.views.share_images.DRAWN_PER_HOUR", 1)
    drawn, other = (picture_of(client, make_paper().get_absolute_url()) for _ in range(2))
    assert client.get(drawn).status_code == 200
    assert client.get(other).status_code == 429
    assert client.get(drawn).status_code == 200


@pytest.mark.django_db
def test_a_page_asks_no_more_of_the_database_for_its_picture(django_assert_num_queries):
    paper = make_paper(venue="ICML")
    best = make_summary(paper=paper, author=make_user())
    best.paper = paper  # As every page sets it.
    with django_assert_num_queries(0):
        storage.paper_image_url(paper, best)
        storage.summary_image_url(best)

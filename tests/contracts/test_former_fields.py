"""A page that was open during an upgrade sends its form with the names of before: nothing is lost."""

import io

import pytest
from django.http import QueryDict
from PIL import Image as Raster

from common.http.former_fields import in_current_names
from moderation.models import Report
from notifications.models import Notification
from papers.models import Paper
from summaries.models import Summary
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db
NAMES = {"how": "method"}
VALUES = {"method": {"hand": "manual"}}


@pytest.mark.parametrize(
    ("sent", "method"),
    [
        ("how=hand", "manual"),
        ("how=bibtex", "bibtex"),
        ("method=manual", "manual"),
        ("method=hand", "hand"),
        ("method=bibtex&how=hand", "bibtex"),
        ("title=x", None),
    ],
)
def test_a_former_name_is_read_where_the_name_of_today_is_missing(sent, method):
    assert in_current_names(QueryDict(sent), NAMES, VALUES).get("method") == method
    assert in_current_names(QueryDict(sent).dict(), NAMES, VALUES).get("method") == method


def test_what_was_sent_stays_as_it_was():
    sent = QueryDict("how=hand")
    assert in_current_names(sent, NAMES, VALUES) is not sent
    assert sent.dict() == {"how": "hand"}
    assert in_current_names(None, NAMES) is None


@pytest.mark.parametrize(
    ("readers", "state"), [("everyone", "published"), ("link", "unlisted"), ("me", "private")]
)
def test_who_can_read_a_summary(client, alice, readers, state):
    client.force_login(alice)
    form = {"text": "It works.", "signed": "name", "readers": readers, "action": "publish"}
    client.post(f"/paper/{make_paper().pk}/write", form)
    assert Summary.objects.get().state == state


def test_the_words_of_a_form_that_is_shown_again_are_those_of_today(client, alice):
    client.force_login(alice)
    form = {"text": "It works.", "signed": "name", "readers": "me", "action": "preview"}
    html = client.post(f"/paper/{make_paper().pk}/write", form).content.decode()
    chosen = html.partition('value="private"')[2].partition(">")[0]
    assert 'name="visibility"' in html and 'name="readers"' not in html and "checked" in chosen


def test_an_image_that_is_sent_without_script(client, alice, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(alice)
    file = io.BytesIO()
    Raster.new("RGB", (40, 30), "red").save(file, "PNG")
    file.seek(0)
    file.name = "plot.png"
    form = {"text": "Look:", "signed": "name", "readers": "everyone", "action": "image"}
    answer = client.post(
        f"/paper/{make_paper().pk}/write", {**form, "picture": file, "shows": "A red field"}
    )
    assert "![A red field](/media/images/" in answer.content.decode()


def test_a_paper_that_is_entered_by_hand(client, alice):
    form = {"how": "hand", "title": "On mills", "authors": "Ada Lovelace", "year": "1843"}
    kept = client.post("/add", form)
    assert kept.status_code == 403 and "On mills" in kept.content.decode()
    client.force_login(alice)
    assert client.post("/add", form).status_code == 302
    assert Paper.objects.get().title == "On mills"


def test_a_hit_of_a_list_that_has_expired_asks_again(client, alice, replay):
    client.force_login(alice)
    answer = client.post("/add", {"how": "found", "found": "x", "place": "0", "q": ""})
    assert answer.status_code == 410


def test_a_report(client, alice, bob):
    summary = make_summary(author=alice)
    client.force_login(bob)
    client.post(f"/summary/{summary.pk}/report", {"reason": "copied", "words": "From a book."})
    assert Report.objects.get().words == "From a book."


def test_a_notification_that_was_read(client, alice):
    one = Notification.objects.create(user=alice, kind="moderation", event="one")
    client.force_login(alice)
    client.post("/notifications/read", {"number": one.pk})
    one.refresh_from_db()
    assert one.read_at


def test_links_to_lists_of_before(client, alice, bob):
    paper = make_paper()
    for author in (alice, bob):
        make_summary(paper=paper, author=author)
    address = paper.get_absolute_url()
    shown = [client.get(f"{address}?{name}=newest").context["order"] for name in ("sort", "order")]
    assert shown == ["newest", "newest"]
    assert client.get("/moderation-log?after=nonsense").context["is_first"] is False

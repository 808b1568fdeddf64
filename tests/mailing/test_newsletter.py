"""The weekly letter: drafted on Monday, sent once, read by everybody."""

import datetime

import pytest
from django.core import mail as outgoing

from mailing import newsletter, outbox
from mailing.models import NEWSLETTER, Frequency, Newsletter, OutgoingEmail
from mailing.preferences import choose
from summaries.models import Summary
from tests.support.factories import make_paper, make_summary
from tests.support.letterbox import make_reader

pytestmark = pytest.mark.django_db
MONDAY = datetime.datetime(2024, 11, 25, tzinfo=datetime.UTC)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def written(title: str, *, ups: int = 0, at=MONDAY - 3 * DAY, **how) -> Summary:
    paper = how.pop("paper", None) or make_paper(title=title)
    summary = make_summary(paper=paper, published_at=at, **how)
    Summary.objects.filter(pk=summary.pk).update(up_count=ups, score=ups)
    return summary


@pytest.fixture
def letter():
    written("Second best", ups=4)
    first = written("The very best", ups=9, is_anonymous=True)
    written("Same paper", ups=5, paper=first.paper)
    written("Too old", ups=50, at=MONDAY - 8 * DAY)
    written("Too new", ups=50, at=MONDAY)
    return newsletter.draft_last_week(MONDAY + HOUR)


def test_monday_drafts_the_best_of_the_week_one_of_a_paper(letter):
    titles = [pick.summary.paper.title for pick in newsletter.shown_items(letter)]
    assert titles == ["The very best", "Second best"]
    assert letter.number == "2024-47" and letter.state == Newsletter.State.DRAFT
    assert letter.send_at == MONDAY + 13 * HOUR
    assert newsletter.draft_last_week(MONDAY + 2 * HOUR) is None


def test_a_week_without_summaries_has_no_letter():
    assert newsletter.draft_last_week(MONDAY) is None


def test_it_is_sent_once_to_who_asked(letter):
    reader = make_reader("reader")
    make_reader("other")
    choose(reader, {NEWSLETTER: Frequency.WEEKLY})
    assert newsletter.send_due(MONDAY + 12 * HOUR) == 0
    assert newsletter.send_due(MONDAY + 13 * HOUR) == 1
    assert newsletter.send_due(MONDAY + 14 * HOUR) == 0
    outbox.send_due()
    (mail,) = outgoing.outbox
    assert mail.to == ["reader@example.org"] and mail.subject == letter.title
    assert "The very best" in mail.body and "Anonymous" in mail.body
    assert "letter." in mail.message()["List-Id"]


def test_who_stops_before_it_leaves_gets_none(letter):
    reader = make_reader("reader")
    choose(reader, {NEWSLETTER: Frequency.WEEKLY})
    newsletter.send_due(MONDAY + DAY)
    choose(reader, {NEWSLETTER: Frequency.NEVER})
    outbox.send_due()
    assert not outgoing.outbox and OutgoingEmail.objects.get().state == OutgoingEmail.State.SKIPPED


def test_the_archive_shows_what_is_still_public(client, letter):
    assert client.get("/newsletter/2024-47").status_code == 404
    newsletter.send_due(MONDAY + DAY)
    page = client.get("/newsletter/2024-47").content.decode()
    assert "The very best" in page and "Second best" in page
    Summary.objects.filter(paper__title="Second best").update(state=Summary.State.HIDDEN)
    for address in (
        "/newsletter",
        "/newsletter/2024-47",
        "/newsletter/feed.atom",
        "/newsletter/feed.json",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "The very best" in answer.content.decode()
        assert "Second best" not in answer.content.decode()


def test_readers_programs_know_an_issue_that_they_have_shown(client, letter):
    """By what its id was before the address changed."""
    newsletter.send_due(MONDAY + DAY)
    item = client.get("/newsletter/feed.json").json()["items"][0]
    assert item["id"].endswith("/letters/2024-47") and item["url"].endswith("/newsletter/2024-47")
    feed = client.get("/newsletter/feed.atom").content.decode()
    assert f"<id>{item['id']}</id>" in feed and f'href="{item["url"]}"' in feed


def test_a_letter_of_which_nothing_is_left_waits_for_a_moderator(letter):
    Summary.objects.update(state=Summary.State.HIDDEN)
    assert newsletter.send_due(MONDAY + DAY) == 0
    letter.refresh_from_db()
    assert letter.state == Newsletter.State.DRAFT and letter.send_at is None


def test_the_archive_asks_a_fixed_number_of_queries(client, letter, django_assert_num_queries):
    newsletter.send_due(MONDAY + DAY)
    with django_assert_num_queries(4):
        client.get("/newsletter")


def test_moderators_change_a_draft_and_not_what_was_sent(admin_client, letter):
    address = f"/admin/mailing/newsletter/{letter.pk}/change/"
    assert 'name="title"' in admin_client.get(address).content.decode()
    newsletter.send_due(MONDAY + DAY)
    assert 'name="title"' not in admin_client.get(address).content.decode()

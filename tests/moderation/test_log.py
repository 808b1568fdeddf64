"""Everybody reads what moderators do, and nobody's name."""

import pytest

from moderation import actions
from moderation.views import log
from tests.support.factories import make_paper
from tests.support.moderators import make_administrator, make_case, make_moderator

pytestmark = pytest.mark.django_db


def decide(case, choice, moderator, **how):
    how = {"reason": "spam", **how}
    return actions.decide(
        case_id=case.pk, seen=case.change_count, choice=choice, moderator=moderator, **how
    )


def test_every_deed_stands_there_without_names_texts_or_titles(client, alice, bob):
    mia, ada = make_moderator(), make_administrator()
    case = make_case(
        author=alice, reporter=bob, text="The text itself.", paper=make_paper(title="A title")
    )
    decide(case, "hide", mia, message="secret words", note="secret note")
    unnamed = make_case(author=alice, is_anonymous=True)
    actions.open_author(case_id=unnamed.pk, administrator=ada, note="a secret reason")
    actions.suspend_person(person=alice, moderator=mia, days=7, reason="abuse")
    page = client.get("/moderation-log").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    for said in ("Hidden", "A summary", "Spam", "Suspended, 7 days", "Anonymous author"):
        assert said in main, said
    for kept in ("Alice", "Bob", "Mia", "Ada", "secret", "A title", "text itself", "/summary/"):
        assert kept not in main, kept


def test_it_is_paged_and_linked(client, monkeypatch):
    monkeypatch.setattr(log, "PAGE_SIZE", 2)
    mia = make_moderator()
    for _ in range(3):
        decide(make_case(), "keep", mia, reason="fine")
    page = client.get("/moderation-log").content.decode()
    assert page.count("<tr>") == 3
    older = page.partition('href="?cursor=')[2].partition('"')[0]
    assert client.get(f"/moderation-log?cursor={older}").content.decode().count("<tr>") == 2
    assert 'href="/moderation-log"' in client.get("/").content.decode()


def test_an_empty_one_says_so(client, django_assert_num_queries):
    assert "No entries yet." in client.get("/moderation-log").content.decode()

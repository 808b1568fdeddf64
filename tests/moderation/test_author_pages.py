"""What the author of a text reads on the own pages of a decision, and what nobody else reads."""

import pytest

from moderation import actions
from moderation.models import ModerationAction
from summaries.actions import comment, hide_and_remove
from summaries.editor import drafts
from summaries.models import Comment, Summary
from summaries.views import comments
from tests.support.factories import make_summary
from tests.support.moderators import make_case, make_moderator

pytestmark = pytest.mark.django_db
# As it is in the page.
WHY = "It is copied. Use your own words, and cite what isn&#x27;t yours."
FORM = {"text": "What I typed meanwhile.", "signed": "name", "visibility": "public"}


@pytest.fixture
def mia():
    return make_moderator()


def decide(case, choice, mia):
    case.refresh_from_db()
    return actions.decide(
        case_id=case.pk,
        seen=case.change_count,
        choice=choice,
        moderator=mia,
        reason="copied",
        message="See line 3.",
        note="third time",
    )


def page(client, person, address, status=200):
    client.logout()
    if person:
        client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_the_author_of_a_hidden_summary_reads_why_and_where_to_write(
    client, mia, alice, bob, settings, is_anonymous
):
    settings.CONTACT_EMAIL = "help@papers.example"
    case = make_case(author=alice, is_anonymous=is_anonymous)
    address = case.summary.get_absolute_url()
    decide(case, "hide", mia)
    said = page(client, alice, address)
    assert f"<b>Moderators have hidden your summary.</b> {WHY} See line 3." in said
    assert "mailto:help@papers.example" in said
    assert "Mia" not in said and "third time" not in said
    page(client, bob, address, 404)
    page(client, None, address, 404)


def test_an_author_who_was_asked_to_edit_reads_it_on_the_page_and_in_the_editor(
    client, mia, alice, bob
):
    case = make_case(author=alice)
    address = case.summary.get_absolute_url()
    decide(case, "ask", mia)
    edit = f"/summary/{case.summary_id}/edit"
    asked = f"A moderator asked you to edit your summary.</b> {WHY} See line 3."
    assert asked in (said := page(client, alice, address)) and f'<a href="{edit}">' in said
    assert asked in (said := page(client, alice, edit)) and "Edit it below." in said
    for reader in (bob, None, mia):
        assert "A moderator asked you to edit your summary." not in page(client, reader, address)
    client.force_login(alice)
    told = {**FORM, "licence": "CC-BY-4.0", "action": "publish"}
    client.post(edit, {**told, "based_on": Summary.objects.get().save_count})
    assert "You have edited it since then" in page(client, alice, address)
    decide(case, "keep", mia)
    assert "A moderator asked you to edit your summary." not in page(client, alice, address)


def test_what_is_kept_to_oneself_is_not_asked_for(client, mia, alice):
    case = make_case(author=alice)
    decide(case, "ask", mia)
    Summary.objects.update(state="private")
    assert "A moderator asked you to edit your summary." not in page(
        client, alice, case.summary.get_absolute_url()
    )


def test_a_summary_hidden_without_a_case_says_that_it_is_hidden(client, alice):
    summary = make_summary(author=alice)
    hide_and_remove.hide([summary])
    assert ModerationAction.objects.count() == 0
    assert "Moderators have hidden your summary." in page(client, alice, summary.get_absolute_url())


@pytest.mark.parametrize("choice", ["hide", "remove"])
def test_what_was_typed_is_given_back_with_the_reason(client, mia, alice, choice):
    case = make_case(author=alice)
    decide(case, choice, mia)
    client.force_login(alice)
    told = {**FORM, "licence": "CC-BY-4.0", "action": "publish", "based_on": 1}
    answer = client.post(f"/summary/{case.summary_id}/edit", told)
    said = " ".join(answer.content.decode().split())
    assert answer.status_code == {"hide": 409, "remove": 410}[choice]
    assert "What I typed meanwhile.</textarea>" in said
    assert f"your summary.</b> {WHY} See line 3." in said and "Mia" not in said
    saved = client.post(
        f"/paper/{case.summary.paper_id}/draft", {**FORM, "summary": case.summary_id, "based_on": 1}
    )
    assert saved.status_code == 410
    deed = {"hide": "hidden", "remove": "removed"}[choice]
    assert saved.json()["error"].startswith(f"Moderators have {deed} your summary.")


def test_the_address_of_a_removed_summary_tells_its_author_alone(client, mia, alice, bob):
    case = make_case(author=alice, text="Taken from elsewhere.")
    decide(case, "remove", mia)
    edit = f"/summary/{case.summary_id}/edit"
    said = page(client, alice, edit, 410)
    assert f"Moderators have removed your summary.</b> {WHY}" in said
    assert "Taken from elsewhere." not in said
    assert "have removed your summary." in page(client, alice, case.summary.get_absolute_url(), 410)
    page(client, bob, edit, 404)
    page(client, bob, case.summary.get_absolute_url(), 404)


def test_a_comment_that_was_taken_away_while_it_was_edited(client, mia, alice, bob):
    written = comment.comment(
        summary_id=make_summary().pk, author=alice, text="Words", parent_id=None
    )
    decide(make_case(written), "hide", mia)
    client.force_login(alice)
    answer = client.post(f"/comment/{written.pk}/edit", {"text": "Better words"})
    said = " ".join(answer.content.decode().split())
    assert answer.status_code == 410 and "Better words</textarea>" in said
    assert f"Moderators have hidden your comment.</b> {WHY}" in said
    assert Comment.objects.get().text == written.text
    client.force_login(bob)
    assert client.get(f"/comment/{written.pk}/edit").status_code == 404


@pytest.mark.parametrize("deed", ["comment", "suggest"])
def test_words_for_a_summary_that_was_hidden_meanwhile_are_given_back(client, alice, bob, deed):
    hidden, private = make_summary(author=alice), make_summary(author=alice, state="private")
    hide_and_remove.hide([hidden])
    client.force_login(bob)
    pages = set()
    for pk in (hidden.pk, private.pk, 987654):
        answer = client.post(f"/summary/{pk}/{deed}", {"text": "My <b>long</b> answer"})
        assert answer.status_code == 404
        assert b"My &lt;b&gt;long&lt;/b&gt; answer</textarea>" in answer.content
        pages.add(answer.content.decode().partition("<main")[2])
    # Nobody learns which of them is there.
    assert len(pages) == 1


def test_comments_are_limited_by_address_too(client, alice, bob, monkeypatch):
    monkeypatch.setattr(comments, "COMMENTS_PER_HOUR_AND_ADDRESS", 2)
    summary = make_summary()
    statuses = []
    for person in (alice, bob, alice):
        client.force_login(person)
        answer = client.post(f"/summary/{summary.pk}/comment", {"text": "A thought."})
        statuses.append(answer.status_code)
    assert statuses == [302, 302, 429] and b"A thought.</textarea>" in answer.content


def test_an_older_draft_of_what_was_removed_is_not_saved(client, mia, alice):
    case = make_case(author=alice)
    decide(case, "remove", mia)
    with pytest.raises(Summary.DoesNotExist):
        drafts.autosave(
            paper=case.summary.paper, author=alice, text="Again.", summary_id=case.summary_id
        )

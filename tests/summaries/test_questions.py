"""Questions on a paper, changes within fifteen minutes, place-holders, what waits, mentions."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from summaries.actions.comment import ask, comment, publish_waiting
from summaries.events import comment_published, mentioned
from summaries.models import Comment, Mention
from summaries.views import comments
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db
SPAM = "Look at [this](https://spam.example/offer)."


@pytest.fixture
def paper(db):
    return make_paper()


@pytest.fixture
def newcomer(db):
    return make_user("newcomer")


@pytest.fixture
def heard():
    """(who, comment) for each mention, ("", comment) for each comment that came out."""
    told: list[tuple[str, int]] = []

    def on_mention(comment, people, **kwargs):
        told.extend((person.username, comment.pk) for person in people)

    def on_comment(comment, **kwargs):
        told.append(("", comment.pk))

    mentioned.connect(on_mention)
    comment_published.connect(on_comment)
    yield told
    mentioned.disconnect(on_mention)
    comment_published.disconnect(on_comment)


def later(written: Comment, minutes: int) -> None:
    Comment.objects.filter(pk=written.pk).update(
        created_at=timezone.now() - datetime.timedelta(minutes=minutes)
    )


def test_a_paper_without_a_summary_takes_questions_and_answers(client, alice, bob, paper):
    page = paper.get_absolute_url()
    assert b"to ask a question about this paper." in client.get(page).content
    client.force_login(alice)
    answer = client.post(f"/paper/{paper.pk}/ask", {"text": "What is $k$?"})
    question = Comment.objects.get()
    assert answer["Location"] == f"{page}#c-{question.pk}"
    client.force_login(bob)
    client.post(f"/paper/{paper.pk}/ask", {"text": "A *number*.", "parent": question.pk})
    client.logout()
    html = client.get(page).content.decode()
    assert "<math" in html and "<em>number</em>" in html and "2 questions" not in html
    assert html.index("What is") < html.index("<em>number</em>")
    paper.refresh_from_db()
    assert paper.summary_count == 0


@pytest.mark.parametrize("text", ["", "x" * 10_001])
def test_a_refused_question_comes_back(client, alice, paper, text):
    client.force_login(alice)
    answer = client.post(f"/paper/{paper.pk}/ask", {"text": text})
    assert answer.status_code == 422
    assert text[:40] in answer.content.decode() and not Comment.objects.exists()


def test_too_many_questions_are_refused_and_kept(client, alice, paper, monkeypatch):
    monkeypatch.setattr(comments, "COMMENTS_PER_HOUR", 0)
    client.force_login(alice)
    answer = client.post(f"/paper/{paper.pk}/ask", {"text": "Kept words."})
    assert answer.status_code == 429 and b">Kept words.</textarea>" in answer.content


def test_a_comment_can_be_changed_for_fifteen_minutes(client, alice, bob):
    written = comment(summary_id=make_summary().pk, author=alice, text="First words.")
    address, page = f"/comment/{written.pk}/edit", f"/summary/{written.summary_id}"
    client.force_login(bob)
    assert client.get(address).status_code == 404
    client.force_login(alice)
    assert address in client.get(page).content.decode()
    assert b">First words.</textarea>" in client.get(address).content
    later(written, 14)
    assert client.post(address, {"text": "Second words."}).status_code == 302
    html = client.get(page).content.decode()
    assert "Second words." in html and "<span>edited</span>" in html
    later(written, 16)
    assert address not in client.get(page).content.decode()
    answer = client.post(address, {"text": "Third words."})
    assert answer.status_code == 422 and b"Third words." in answer.content
    written.refresh_from_db()
    assert written.text == "Second words."


def test_a_deleted_comment_leaves_a_place_holder_only_where_answers_hang(client, alice, bob, paper):
    question = ask(paper_id=paper.pk, author=alice, text="First words.")
    client.force_login(alice)
    client.post(f"/comment/{question.pk}/delete")
    assert b"Deleted by its author" not in client.get(paper.get_absolute_url()).content
    second = ask(paper_id=paper.pk, author=alice, text="Second words.")
    ask(paper_id=paper.pk, author=bob, text="An answer.", parent_id=second.pk)
    client.post(f"/comment/{second.pk}/delete")
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "Deleted by its author." in html and "An answer." in html and "Second" not in html


def test_a_newcomers_link_waits_and_only_its_author_sees_it(client, newcomer, bob, heard):
    summary = make_summary()
    written = comment(summary_id=summary.pk, author=newcomer, text=SPAM + " @bob")
    assert written.state == "waiting" and heard == []
    page = f"/summary/{summary.pk}"
    assert b"spam.example" not in client.get(page).content
    client.force_login(newcomer)
    html = client.get(page).content.decode()
    assert (
        "spam.example" in html
        and "Only you can see this until a moderator has reviewed it." in html
    )
    publish_waiting(comment_id=written.pk)
    publish_waiting(comment_id=written.pk)
    client.logout()
    assert b"spam.example" in client.get(page).content
    assert heard == [("", written.pk), ("bob", written.pk)]


def test_who_is_named_hears_of_it_once(client, alice, bob, heard):
    written = comment(summary_id=make_summary().pk, author=alice, text="@bob @alice @nobody, why?")
    assert 'href="/user/bob">@bob</a>' in written.html and "/user/nobody" not in written.html
    client.force_login(alice)
    client.post(f"/comment/{written.pk}/edit", {"text": "@Bob, why not?"})
    assert heard == [("", written.pk), ("bob", written.pk)]
    assert Mention.objects.count() == 1


def test_who_has_proved_no_address_publishes_nothing(client, paper):
    person = make_user("new", is_verified=False)
    client.force_login(person)
    answer = client.post(f"/paper/{paper.pk}/ask", {"text": "Kept words."})
    assert answer.status_code == 422 and b"Confirm your e-mail address first" in answer.content
    assert b">Kept words.</textarea>" in answer.content and not Comment.objects.exists()
    User.objects.update(is_verified=True)
    assert client.post(f"/paper/{paper.pk}/ask", {"text": "Kept words."}).status_code == 302


def test_a_long_discussion_costs_no_more_queries(
    client, alice, bob, paper, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = paper.get_absolute_url()
    first = ask(paper_id=paper.pk, author=alice, text="One.")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(page)
    for number in range(8):
        ask(paper_id=paper.pk, author=bob, text=f"Answer {number}.", parent_id=first.pk)
        ask(paper_id=paper.pk, author=make_user(), text=f"Question {number}.")
    with django_assert_num_queries(len(few)):
        client.get(page)

"""Comments on the page of a summary."""

import pytest

from summaries.actions.comment import comment
from summaries.models import Comment, Summary
from summaries.views import comments
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def summary(db):
    return make_summary()


def test_a_comment_stands_on_the_page_and_leads_to_its_place(client, alice, summary):
    client.force_login(alice)
    answer = client.post(f"/summary/{summary.pk}/comment", {"text": "Why $k>1$?\r\nSee *there*."})
    written = Comment.objects.get()
    assert answer.headers["Location"] == f"/summary/{summary.pk}#c-{written.pk}"
    assert written.text == "Why $k>1$?\nSee *there*."
    client.logout()
    page = client.get(f"/summary/{summary.pk}").content.decode()
    assert "<em>there</em>" in page and "<math" in page and "1 comment<" in page


def test_answers_stand_one_level_deep(client, alice, bob, summary):
    first = comment(summary_id=summary.pk, author=bob, text="One.")
    client.force_login(alice)
    client.post(f"/summary/{summary.pk}/comment", {"text": "Two.", "parent": first.pk})
    second = Comment.objects.last()
    client.post(f"/summary/{summary.pk}/comment", {"text": "Three.", "parent": second.pk})
    assert list(first.replies.values_list("text", flat=True)) == ["Two.", "Three."]
    page = client.get(f"/summary/{summary.pk}").content.decode()
    assert page.index("One.") < page.index("Two.") < page.index("Three.")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": " "}, "Write something first."),
        ({"text": "x" * 10_001}, "more than 10000 characters"),
        ({"text": "Mine.", "parent": "x"}, ""),
        ({"text": "Mine.", "parent": 10**30}, "no longer exists"),
        ({"text": "Mine.", "parent": 0}, ""),
    ],
)
def test_a_refused_comment_comes_back_with_the_reason(client, alice, summary, sent, words):
    client.force_login(alice)
    answer = client.post(f"/summary/{summary.pk}/comment", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert f"{sent['text'][:50].strip()}" in page.partition('id="comment-text"')[2]
    assert not Comment.objects.exists()


def test_a_refused_answer_stays_an_answer(client, alice, bob, summary, monkeypatch):
    monkeypatch.setattr(comments, "COMMENTS_PER_HOUR", 0)
    first = comment(summary_id=summary.pk, author=bob, text="One.")
    client.force_login(alice)
    answer = client.post(
        f"/summary/{summary.pk}/comment", {"text": "Kept words.", "parent": first.pk}
    )
    page = answer.content.decode()
    assert answer.status_code == 429 and "Too many requests. Try again in" in page
    form = page.partition(f'name="parent" value="{first.pk}"')[2].partition("</form>")[0]
    assert "Kept words." in form
    assert "Kept words." not in page.partition('id="comment-text"')[2]


def test_signed_out_people_keep_their_words(client, summary):
    answer = client.post(f"/summary/{summary.pk}/comment", {"text": "Long thoughts."})
    page = answer.content.decode()
    assert answer.status_code == 403 and ">Long thoughts.</textarea>" in page
    assert f"/account/login/?next=/summary/{summary.pk}" in page
    assert not Comment.objects.exists()


def test_only_the_own_comment_can_be_deleted(client, alice, bob, summary):
    mine = comment(summary_id=summary.pk, author=alice, text="One.")
    delete = f"/comment/{mine.pk}/delete"
    client.force_login(bob)
    assert delete not in client.get(f"/summary/{summary.pk}").content.decode()
    assert client.post(delete).status_code == 404
    client.force_login(alice)
    assert delete in client.get(f"/summary/{summary.pk}").content.decode()
    assert client.get(delete).status_code == 405
    assert client.post(delete).headers["Location"] == f"/summary/{summary.pk}#comments"
    page = client.get(f"/summary/{summary.pk}").content.decode()
    assert "One." not in page and "0 comments" in page
    assert client.post(delete).status_code == 404


def test_the_unnamed_author_answers_unnamed_and_is_told_so(client):
    author = make_user("mara", name="Mara Lindqvist")
    summary = make_summary(author=author, is_anonymous=True)
    client.force_login(author)
    assert b"You reply as the anonymous author." in client.get(f"/summary/{summary.pk}").content
    client.post(f"/summary/{summary.pk}/comment", {"text": "I meant the other."})
    client.logout()
    for address in (f"/summary/{summary.pk}", summary.paper.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "I meant the other." in page and "Author of the summary" in page
        assert "mara" not in page.lower()


@pytest.mark.parametrize("state", ["draft", "private", "hidden"])
def test_what_a_person_cannot_see_cannot_be_discussed(client, alice, summary, state):
    Summary.objects.update(state=state)
    client.force_login(alice)
    assert client.post(f"/summary/{summary.pk}/comment", {"text": "Hello?"}).status_code == 404


def test_html_in_a_comment_is_text(client, alice, summary):
    client.force_login(alice)
    client.post(f"/summary/{summary.pk}/comment", {"text": "<script>alert(1)</script> <b>x</b>"})
    page = client.get(f"/summary/{summary.pk}").content
    assert b"<script>alert" not in page

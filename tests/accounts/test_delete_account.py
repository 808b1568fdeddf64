"""An account is deleted: who asks, what goes, what stays, and what nobody can tell from it."""

import re

import pytest
from django.core import mail

from accounts.delete_account import delete_account
from accounts.models import User
from papers.models import Paper
from search.index import parse, search_summaries
from summaries.actions.comment import ask, comment
from summaries.actions.delete import delete_summary, purge_deleted
from summaries.actions.publish import publish_waiting
from summaries.actions.request_summary import request_summary
from summaries.actions.vote import cast_vote
from summaries.editor.drafts import autosave
from summaries.models import Comment, Summary, Vote
from tests.support.factories import make_paper, make_summary, make_user
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("keep", [True, False], ids=["keeps", "takes away"])


def page(client, address: str) -> str:
    """Without what is made anew for each answer."""
    html = client.get(address).content.decode()
    return re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", html)


@BOTH
def test_signed_work_stays_or_goes_as_the_person_says(client, alice, bob, keep):
    signed = make_summary(author=alice, text="Signed words.")
    said = comment(summary_id=make_summary(author=bob).pk, author=alice, text="Said words.")
    delete_account(person=alice, keep_summaries=keep)
    assert client.get("/user/alice").status_code == 404
    answer = client.get(f"/summary/{signed.pk}")
    html = page(client, said.get_absolute_url())
    if keep:
        assert "Deleted user" in answer.content.decode() and "Alice" not in answer.content.decode()
        assert "Said words." in html and "Deleted user" in html
    else:
        assert answer.status_code in {404, 410}
        assert "Said words." not in html
        assert Paper.objects.get(pk=signed.paper_id).summary_count == 0
    assert "Alice" not in html


@BOTH
def test_what_was_anonymous_is_the_same_before_and_after(client, alice, bob, keep):
    unnamed = make_summary(author=alice, is_anonymous=True, text="Unnamed words.")
    make_summary(author=bob, paper=unnamed.paper)
    comment(summary_id=unnamed.pk, author=bob, text="Why?")
    comment(summary_id=unnamed.pk, author=alice, text="Because.")
    cast_vote(summary_id=unnamed.pk, voter=bob, value=1)
    # The person also has signed work elsewhere, so that something happens.
    make_summary(author=alice)
    addresses = [f"/summary/{unnamed.pk}", unnamed.paper.get_absolute_url()]
    addresses += [f"{addresses[1]}/feed.atom", f"/summary/{unnamed.pk}/history"]
    before = [page(client, address) for address in addresses]
    delete_account(person=alice, keep_summaries=keep)
    purge_deleted()
    assert [page(client, address) for address in addresses] == before
    assert Summary.objects.get(pk=unnamed.pk).author is None
    assert Comment.objects.get(text="Because.").author is None


@BOTH
def test_what_only_the_person_could_read_goes(alice, bob, keep):
    for state in ("draft", "private", "unlisted"):
        make_summary(author=alice, state=state)
    gone = make_summary(author=alice)
    delete_summary(summary_id=gone.pk, editor=alice)
    stays = make_summary(author=bob)
    delete_account(person=alice, keep_summaries=keep)
    purge_deleted()
    assert list(Summary.objects.all()) == [stays]


def test_an_unpublished_change_goes_and_the_published_text_stays(alice):
    summary = make_summary(author=alice, text="Public words.")
    autosave(paper=summary.paper, author=alice, text="Secret words.", based_on=summary.save_count)
    delete_account(person=alice, keep_summaries=True)
    summary.refresh_from_db()
    assert summary.text == "Public words." and not hasattr(summary, "draft")


@BOTH
def test_votes_and_wishes_are_counted_anew(alice, bob, keep):
    summary = make_summary(author=bob)
    cast_vote(summary_id=summary.pk, voter=alice, value=1)
    wanted = make_paper()
    request_summary(paper_id=wanted.pk, user=alice)
    delete_account(person=alice, keep_summaries=keep)
    assert not Vote.objects.exists()
    assert Summary.objects.get(pk=summary.pk).score == 0
    assert Paper.objects.get(pk=wanted.pk).wish_count == 0


def test_answers_to_what_is_taken_away_stay_below_a_place_holder(client, alice, bob):
    paper = make_paper()
    question = ask(paper_id=paper.pk, author=alice, text="What is $n$?")
    ask(paper_id=paper.pk, author=bob, text="A number.", parent_id=question.pk)
    delete_account(person=alice, keep_summaries=False)
    html = page(client, paper.get_absolute_url())
    assert "A number." in html and "Deleted by its author." in html and "What is" not in html
    assert Comment.objects.get(pk=question.pk).text == ""


def test_the_name_is_found_no_more(alice):
    make_summary(author=alice, text="Kept words.")
    query = parse("Munro")
    assert search_summaries(query, user=make_user()).exists()
    delete_account(person=alice, keep_summaries=True)
    assert not search_summaries(query, user=make_user()).exists()


def test_the_password_is_asked_for_again_and_a_mail_tells(
    client, alice, django_capture_on_commit_callbacks
):
    sign_in(client, alice, recently=False)
    assert b"cannot be undone" in client.get("/settings/account/delete").content
    form = {"keep": "yes", "username": "alice"}
    answer = client.post("/settings/account/delete", form)
    assert answer["Location"].startswith("/account/reauthenticate/")
    assert User.objects.filter(pk=alice.pk).exists()
    wrong = client.post(
        answer["Location"], {"password": "wrong", "next": "/settings/account/delete"}
    )
    assert wrong.status_code == 200 and User.objects.filter(pk=alice.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(
            answer["Location"],
            {"password": "correct horse", "next": "/settings/account/delete"},
        )
    assert b"Your account was deleted" in done.content
    assert not User.objects.filter(pk=alice.pk).exists()
    assert client.get("/settings").status_code == 302
    assert mail.outbox[-1].to == ["alice@example.org"]
    assert "alice" in mail.outbox[-1].body and "stays" in mail.outbox[-1].body


@pytest.mark.parametrize(
    "form", [{}, {"keep": "yes"}, {"keep": "yes", "username": "bob"}, {"username": "alice"}]
)
@pytest.mark.parametrize("recently", [True, False])
def test_nothing_is_deleted_by_mistake(client, alice, form, recently):
    """A slip is told before the password is asked for, on a form that can be sent again."""
    sign_in(client, alice, recently=recently)
    answer = client.post("/settings/account/delete", form)
    assert answer.status_code == 422 and b'action="/settings/account/delete"' in answer.content
    assert User.objects.filter(pk=alice.pk).exists()


@BOTH
def test_an_anonymous_text_that_waits_stays_in_the_queue(client, alice, keep):
    """A moderator who saw it vanish with an account would know whose it was."""
    text = "Look at [this](https://elsewhere.example/page)."
    waits = make_summary(author=alice, text=text, is_anonymous=True)
    assert waits.state == "waiting"
    delete_account(person=alice, keep_summaries=keep)
    publish_waiting(summary_id=waits.pk)
    answer = client.get(f"/summary/{waits.pk}")
    assert answer.status_code == 200 and b"Anonymous" in answer.content

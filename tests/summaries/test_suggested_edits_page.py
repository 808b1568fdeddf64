"""Others propose an edit, the author decides; nothing that anybody typed is lost."""

import pytest

from summaries.actions.publish import revise
from summaries.actions.suggest_edit import suggest
from summaries.events import suggestion_decided, suggestion_made
from summaries.models import Revision, Suggestion, Summary
from tests.support.factories import make_summary

pytestmark = pytest.mark.django_db

TEXT = "It works well.\n\nNobody knows why it does.\n\nThe end is near."
BETTER = TEXT.replace("well", "often")


@pytest.fixture
def summary(alice):
    return make_summary(author=alice, text=TEXT)


@pytest.fixture
def suggestion(summary, bob):
    return suggest(summary_id=summary.pk, proposer=bob, text=BETTER, note="Less sure")


def change(summary: Summary, text: str) -> None:
    summary.refresh_from_db()
    revise(summary_id=summary.pk, editor=summary.author, text=text, based_on=summary.save_count)


def test_a_summary_of_others_has_a_way_to_suggest_an_edit(client, summary, bob):
    address = f"/summary/{summary.pk}/suggest"
    assert address in client.get(summary.get_absolute_url()).content.decode()
    assert client.get(address).headers["Location"] == f"/account/login/?next={address}"
    client.force_login(bob)
    page = client.get(address).content.decode()
    assert "It works well." in page
    form = {"text": BETTER, "note": "Less sure", "based_on": 1}
    shown = client.post(address, {**form, "action": "preview"}).content.decode()
    assert "<del>well</del><ins>often</ins>" in shown and not Suggestion.objects.exists()
    answer = client.post(address, form, follow=True)
    made = Suggestion.objects.get()
    assert answer.redirect_chain[-1][0] == f"/suggestion/{made.pk}"
    assert b"Sent to the author" in answer.content and b"<ins>often</ins>" in answer.content
    assert Summary.objects.get().text == TEXT
    assert client.get(address).headers["Location"] == f"/suggestion/{made.pk}"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"note": ""}, "what your edit improves"),
        ({"text": " "}, "The text is empty."),
        ({"text": TEXT}, "t changed anything yet."),
    ],
)
def test_what_cannot_be_sent_comes_back(client, summary, bob, told, words):
    client.force_login(bob)
    form = {"text": BETTER, "note": "Less sure", "based_on": 1, **told}
    answer = client.post(f"/summary/{summary.pk}/suggest", form)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert f"{form['text']}</textarea>" in answer.content.decode()
    assert not Suggestion.objects.exists()


def test_accepting_publishes_with_thanks(client, summary, suggestion, alice):
    heard = []
    suggestion_decided.connect(lambda **told: heard.append(told), weak=False, dispatch_uid="here")
    client.force_login(alice)
    assert b"Less sure" in client.get("/suggestion").content
    page = client.get(f"/suggestion/{suggestion.pk}").content.decode()
    assert "Accept and publish" in page and "<ins>often</ins>" in page
    answer = client.post(f"/suggestion/{suggestion.pk}/accept", follow=True)
    suggestion_decided.disconnect(dispatch_uid="here")
    assert b"The history credits Bob Ross" in answer.content and len(heard) == 1
    client.logout()
    history = client.get(f"/summary/{summary.pk}/history").content.decode()
    assert "Suggested by" in history and "Bob Ross" in history and "Less sure" in history
    revision = Revision.objects.first()
    assert revision.text == BETTER and revision.editor == alice
    assert Summary.objects.get().byline == alice
    assert client.post(f"/suggestion/{suggestion.pk}/accept").status_code == 302


def test_other_changes_since_are_kept(client, summary, suggestion, alice):
    change(summary, TEXT.replace("near", "far"))
    client.force_login(alice)
    page = client.get(f"/suggestion/{suggestion.pk}").content.decode()
    assert "You have since changed other parts. Accepting the edit keeps your changes." in page
    client.post(f"/suggestion/{suggestion.pk}/accept")
    assert Summary.objects.get().text == BETTER.replace("near", "far")


def test_a_clash_is_joined_by_hand(client, summary, suggestion, alice):
    change(summary, TEXT.replace("well", "seldom"))
    client.force_login(alice)
    accept = f"/suggestion/{suggestion.pk}/accept"
    answer = client.post(accept)
    page = answer.content.decode()
    assert answer.status_code == 409 and "seldom" in page and "often" in page
    assert Summary.objects.get().text == TEXT.replace("well", "seldom")
    joined = TEXT.replace("well", "at times")
    form = {"text": joined, "based_on": Summary.objects.get().save_count}
    shown = client.post(accept, {**form, "action": "preview"}).content.decode()
    assert "It works at times." in shown and "Preview" in shown
    stale = client.post(accept, {**form, "based_on": 1})
    assert stale.status_code == 409 and f"{joined}</textarea>" in stale.content.decode()
    client.post(accept, form)
    assert Summary.objects.get().text == joined
    assert Suggestion.objects.get().state == "accepted"


def test_declining_tells_why(client, suggestion, alice, bob):
    client.force_login(alice)
    client.post(f"/suggestion/{suggestion.pk}/decline", {"answer": "It does."})
    client.force_login(bob)
    page = client.get(f"/suggestion/{suggestion.pk}").content.decode()
    assert "declined" in page and "It does." in page
    assert b"Less sure" in client.get("/suggestion").content
    assert client.post(f"/suggestion/{suggestion.pk}/accept").status_code == 404


def test_it_can_be_taken_back_while_it_is_open(client, suggestion, bob):
    client.force_login(bob)
    answer = client.post(f"/suggestion/{suggestion.pk}/withdraw", follow=True)
    assert b"You withdrew your suggestion." in answer.content
    assert Suggestion.objects.get().state == "withdrawn"


@pytest.mark.parametrize("deed", ["", "/accept", "/decline", "/withdraw"])
def test_nobody_else_sees_or_decides(client, suggestion, django_user_model, deed):
    other = django_user_model.objects.create(username="carol", email="carol@example.org")
    client.force_login(other)
    address = f"/suggestion/{suggestion.pk}{deed}"
    answer = client.post(address) if deed else client.get(address)
    assert answer.status_code == 404 and Suggestion.objects.get().state == "open"


def test_to_an_unnamed_author_nothing_gives_the_name_away(client, alice, bob):
    summary = make_summary(author=alice, text=TEXT, is_anonymous=True)
    made = suggest(summary_id=summary.pk, proposer=bob, text=BETTER, note="Less sure")
    client.force_login(alice)
    client.post(f"/suggestion/{made.pk}/accept")
    client.force_login(bob)
    for address in (f"/suggestion/{made.pk}", "/suggestion", f"/summary/{summary.pk}/history"):
        page = client.get(address).content.decode()
        assert "Alice" not in page and "alice" not in page and "Anonymous" in page


def test_suggestions_are_told_to_others_apps(summary, bob):
    heard = []
    suggestion_made.connect(lambda **told: heard.append(told), weak=False, dispatch_uid="here")
    suggest(summary_id=summary.pk, proposer=bob, text=BETTER, note="Less sure")
    suggestion_made.disconnect(dispatch_uid="here")
    assert heard[0]["suggestion"] == Suggestion.objects.get()


def test_the_list_takes_a_fixed_number_of_queries(client, alice, bob, django_assert_num_queries):
    for number in range(3):
        summary = make_summary(author=alice, text=TEXT)
        suggest(summary_id=summary.pk, proposer=bob, text=BETTER, note=f"Better {number}")
    client.force_login(alice)
    client.get("/suggestion")
    with django_assert_num_queries(6):
        client.get("/suggestion")

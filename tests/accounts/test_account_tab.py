"""Another user name: where the old address leads, and who can have it."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import PreviousUsername, User
from accounts.usernames import DAYS_BETWEEN
from search.index import parse, search_summaries
from summaries.actions.comment import comment
from summaries.models import Mention
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


def rename(client, name: str):
    return client.post("/settings/account", {"username": name})


def let_time_pass() -> None:
    past = timezone.now() - datetime.timedelta(days=DAYS_BETWEEN + 1)
    PreviousUsername.objects.update(left_at=past)


def test_the_old_address_leads_to_the_new_one(client, alice):
    client.force_login(alice)
    assert rename(client, "Alicia").status_code == 302
    assert "/user/Alicia" in client.get("/settings/account").content.decode()
    for old in ("/user/alice", "/user/ALICE"):
        answer = client.get(old)
        assert answer["Location"] == "/user/Alicia" and answer.status_code == 302
    assert client.get("/user/alice/feed.atom", follow=True).status_code == 200


def test_nobody_else_can_take_the_old_name(client, alice, bob):
    client.force_login(alice)
    rename(client, "alicia")
    client.force_login(bob)
    assert b"That user name is taken. Choose another." in rename(client, "Alice").content
    client.logout()
    form = {"email": "m@example.org", "username": "alice", "password1": "correct horse battery"}
    assert (
        "That user name is taken. Choose another."
        in client.post("/account/signup/", form).content.decode()
    )
    assert not User.objects.filter(username__iexact="alice").exists()


def test_the_person_can_go_back(client, alice):
    client.force_login(alice)
    rename(client, "alicia")
    assert b"You can change your user name once every" in rename(client, "alice").content
    let_time_pass()
    assert rename(client, "alice").status_code == 302
    assert client.get("/user/alice").status_code == 200
    assert client.get("/user/alicia")["Location"] == "/user/alice"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a b", "letters a to z"),
        ("x", "2 to 40"),
        ("admin", "t allowed. Choose another."),
        ("BOB", "That user name is taken. Choose another."),
        ("", "required"),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_in_words(client, alice, bob, name, words):
    client.force_login(alice)
    answer = rename(client, name)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert User.objects.get(pk=alice.pk).username == "alice"
    # The header tells who is signed in, not what was typed.
    assert b'href="/user/alice"' in answer.content


def test_only_capitals_can_change_at_any_time(client, alice):
    client.force_login(alice)
    for name in ("Alice", "ALICE"):
        assert rename(client, name).status_code == 302
    assert client.get("/user/alice")["Location"] == "/user/ALICE"
    assert not PreviousUsername.objects.exists()


def test_mentions_by_the_old_name_reach_the_person(client, alice, bob):
    client.force_login(alice)
    rename(client, "alicia")
    written = comment(summary_id=make_summary().pk, author=bob, text="Says @alice.")
    assert 'href="/user/alicia">@alice</a>' in written.html
    assert Mention.objects.get().person == alice


def test_summaries_are_found_by_the_new_name(client, alice, bob):
    make_summary(author=alice)
    make_summary(author=alice, is_anonymous=True)
    client.force_login(alice)
    client.post("/settings", {"name": "Zora Neale", "about": "", "website": ""})
    assert search_summaries(parse("Zora"), user=bob).count() == 1
    assert not search_summaries(parse("Munro"), user=bob).exists()


def test_the_colour_of_the_mark_stays(client, alice):
    colour = alice.mark_colour
    client.force_login(alice)
    rename(client, "alicia")
    assert User.objects.get(pk=alice.pk).mark_colour == colour
    assert len({make_user().mark_colour for _ in range(40)}) > 6

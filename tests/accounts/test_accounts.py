"""Signing up, proving an address, settings."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.core import mail

from accounts.models import User
from accounts.views import tabs
from summaries.actions.vote import cast_vote
from summaries.models import Summary
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db

FORM = {
    "email": "mara@example.org",
    "username": "mara",
    "password1": "correct horse battery",
    "name": "Mara L.",
}


def test_without_a_mail_server_a_new_person_counts_at_once(client):
    assert not django_settings.VERIFY_EMAIL
    answer = client.post("/account/signup/", FORM)
    person = User.objects.get()
    assert answer.status_code == 302 and person.display_name == "Mara L."
    assert person.is_verified and client.get("/settings").status_code == 200


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": "a b"}, "User names can contain"),
        ({"username": "admin"}, "t allowed. Choose another."),
        ({"password1": "short"}, "too short"),
        ({"email": "nonsense"}, "valid email"),
    ],
)
def test_a_wrong_field_is_told_and_the_rest_is_kept(client, change, words):
    html = client.post("/account/signup/", FORM | change).content.decode()
    assert words in html and "Mara L." in html
    assert not User.objects.exists()


def test_names_that_differ_in_case_are_one(client):
    make_user("Mara")
    client.post("/account/signup/", FORM)
    assert User.objects.count() == 1


def test_a_confirmed_address_verifies_and_the_votes_begin_to_count(client, settings):
    settings.VERIFY_EMAIL = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client.post("/account/signup/", FORM)
    person = User.objects.get()
    assert not person.is_verified
    summary = make_summary()
    cast_vote(summary_id=summary.pk, voter=person, value=1)
    assert Summary.objects.get(pk=summary.pk).score == 0

    address = next(
        word for word in mail.outbox[0].body.split() if "/account/confirm-email/" in word
    )
    client.post(address[address.index("/account/") :])
    person.refresh_from_db()
    assert person.is_verified and EmailAddress.objects.get().verified
    assert Summary.objects.get(pk=summary.pk).score == 1


def test_a_wrong_pair_does_not_tell_who_is_here(client):
    make_user("mara")
    answers = [
        client.post("/account/login/", {"login": name, "password": "wrong"}).content.decode()
        for name in ("mara", "nobody")
    ]
    told = [text.split('role="alert"')[1].split("</div>")[0] for text in answers]
    assert told[0] == told[1]


def test_the_profile_is_saved_and_faults_are_told(client):
    person = make_user("mara")
    client.force_login(person)
    client.post("/settings", {"name": "Mara", "about": "Reads.", "website": "https://example.org"})
    person.refresh_from_db()
    assert (person.name, person.about) == ("Mara", "Reads.")
    answer = client.post("/settings", {"name": "M", "website": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert client.get("/user/mara").status_code == 200


@pytest.mark.parametrize(
    ("choice", "attribute"), [("dark", 'data-theme="dark"'), ("", "<html lang")]
)
def test_the_theme_is_a_cookie(client, choice, attribute):
    client.force_login(make_user())
    client.post("/theme", {"theme": choice, "next": "/settings"})
    assert attribute in client.get("/settings").content.decode()
    assert (
        client.post("/theme", {"theme": choice, "next": "https://evil.example"})["Location"] == "/"
    )


def test_signing_out_is_a_post(client):
    client.force_login(make_user())
    client.get("/account/logout/")
    assert client.get("/settings").status_code == 200
    client.post("/account/logout/")
    assert client.get("/settings").status_code == 302


def test_saving_without_end_is_refused_and_what_was_typed_stays(client, monkeypatch):
    monkeypatch.setattr(tabs, "SAVES_PER_HOUR", 0)
    person = make_user("mara")
    client.force_login(person)
    answer = client.post("/settings", {"name": "New name", "about": "", "website": ""})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert b"Too many requests. Try again in" in answer.content
    assert b'value="New name"' in answer.content
    person.refresh_from_db()
    assert person.name == ""


def test_who_has_proved_no_address_publishes_nothing_and_loses_nothing(client):
    person = make_user("mara", is_verified=False)
    client.force_login(person)
    form = {"text": "Kept words.", "signed": "name", "visibility": "public", "action": "publish"}
    address = f"/paper/{make_paper().pk}/write"
    answer = client.post(address, form)
    assert answer.status_code == 422 and b"Confirm your e-mail address first" in answer.content
    assert b"Kept words." in answer.content
    assert not Summary.objects.published().exists()
    client.post(address, form | {"action": "draft"})
    assert Summary.objects.get().state == "draft"

"""The second step, open sessions, limits, and what nobody can find out at the door."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.support.factories import make_user
from tests.support.signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def shown(answer) -> str:
    """The page without what is made anew for each answer, and without what was typed."""
    html = answer.content.decode().partition("<main")[2]
    return re.sub(r'value="[^"]*"|[\w.]+@example\.org', "", html)


@pytest.fixture
def mara(db):
    return make_user("mara")


def test_an_authenticator_app_is_the_second_step(client, mara):
    sign_in(client, mara)
    html = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="key" type="text" value="(\w+)"', html)[1]
    picture = client.get("/settings/security/totp.svg")
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content
    assert (
        b"t work. Enter the current code, or try your passkey again."
        in client.post("/account/2fa/totp/activate/", {"code": "000000"}).content
    )
    client.post("/account/2fa/totp/activate/", {"code": code_now(secret)})
    step = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    # A stolen database gives nobody the second step.
    assert secret not in step.data["secret"]
    codes = client.get("/account/2fa/recovery-codes/").content.decode()
    code = re.search(r"<code>(\w+)</code>", codes)[1]

    other = Client()
    answer = other.post("/account/login/", {"login": "mara", "password": PASSWORD})
    assert answer["Location"] == "/account/2fa/authenticate/"
    assert other.get("/settings").status_code == 302
    assert (
        b"t work. Enter the current code, or try your passkey again."
        in other.post(answer["Location"], {"code": "000000"}).content
    )
    assert other.post(answer["Location"], {"code": code}).status_code == 302
    assert other.get("/settings").status_code == 200
    # Each code works once.
    third = Client()
    third.post("/account/login/", {"login": "mara", "password": PASSWORD})
    third.post("/account/2fa/authenticate/", {"code": code})
    assert third.get("/settings").status_code == 302
    assert TOTP(step).validate_code(code_now(secret))


def test_what_changes_the_account_asks_for_the_password_again(client, mara):
    sign_in(client, mara, recently=False)
    for address in ("/account/2fa/webauthn/add/", "/account/2fa/totp/activate/", "/account/email/"):
        answer = client.post(address, {"email": "new@example.org", "action_add": "1"})
        assert answer["Location"].startswith("/account/reauthenticate/")
    assert not EmailAddress.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("deed", ["edit", "remove"])
def test_forms_of_a_passkey_name_their_own_address(client, mara, deed):
    """Shown after the password page, under whose address they would be sent otherwise."""
    sign_in(client, mara)
    key = Authenticator.objects.create(
        user=mara, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}}
    )
    address = f"/account/2fa/webauthn/keys/{key.pk}/{deed}/"
    assert f'action="{address}"' in client.get(address).text


def test_open_sessions_are_listed_and_can_be_ended(client, mara):
    other = Client(HTTP_USER_AGENT=FIREFOX)
    sign_in(other, mara)
    sign_in(client, mara)
    html = client.get("/settings/security").content.decode()
    assert "Firefox on Linux" in html and "this session" in html
    number = UserSession.objects.get(user_agent=FIREFOX).pk
    stranger = Client()
    sign_in(stranger, make_user("stranger"))
    stranger.post("/settings/security/session", {"session": number})
    assert other.get("/settings").status_code == 200
    client.post("/settings/security/session", {"session": number})
    assert other.get("/settings").status_code == 302
    assert client.get("/settings").status_code == 200


def test_all_other_sessions_can_be_ended_at_once(client, mara):
    others = [Client() for _ in range(3)]
    for other in (*others, client):
        sign_in(other, mara)
    client.post("/settings/security/session", {"session": "others"})
    assert [other.get("/settings").status_code for other in others] == [302] * 3
    assert client.get("/settings").status_code == 200


def test_wrong_passwords_are_counted(client, mara):
    for _ in range(6):
        answer = client.post("/account/login/", {"login": "mara", "password": "wrong"})
    assert b"Too many requests. Try again in 5 minutes" in answer.content
    right = client.post("/account/login/", {"login": "mara", "password": PASSWORD})
    assert (
        b"Too many requests. Try again in 5 minutes" in right.content
        and "_auth_user_id" not in client.session
    )


def test_a_new_password_is_sent_without_telling_who_is_here(client, mara):
    answers = [
        client.post("/account/password/reset/", {"email": address}, follow=True)
        for address in ("mara@example.org", "nobody@example.org")
    ]
    assert shown(answers[0]) == shown(answers[1])
    assert {tuple(letter.to) for letter in mail.outbox} == {
        ("mara@example.org",),
        ("nobody@example.org",),
    }


def test_signing_up_does_not_tell_who_is_here(client, mara, settings):
    settings.VERIFY_EMAIL = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    EmailAddress.objects.create(user=mara, email="mara@example.org", verified=True, primary=True)
    answers = []
    for number, address in enumerate(("mara@example.org", "new@example.org")):
        form = {"email": address, "username": f"new{number}", "password1": "correct horse battery"}
        answers.append(Client().post("/account/signup/", form, follow=True))
    assert shown(answers[0]) == shown(answers[1])
    assert not User.objects.filter(username="new0").exists()


def test_a_link_in_a_mail_sets_a_new_password(client, mara):
    client.post("/account/password/reset/", {"email": "mara@example.org"})
    address = re.search(r"/account/password/reset/key/\S+", mail.outbox[-1].body)[0]
    page = client.get(address, follow=True)
    where = page.redirect_chain[-1][0]
    assert b"too short" in client.post(where, {"password1": "short", "password2": "short"}).content
    new = "another horse battery"
    client.post(where, {"password1": new, "password2": new})
    answer = Client().post("/account/login/", {"login": "mara", "password": new})
    assert answer.status_code == 302
    assert "This link no longer works" in Client().get(address, follow=True).content.decode()


@pytest.mark.parametrize(
    "page", ["https://[", "//evil.example", "http://localhost/x", "/\\evil.example", "nowhere"]
)
def test_signing_in_leads_to_this_site_alone(client, mara, page):
    assert client.get("/account/login/", {"next": page}).status_code == 200
    form = {"login": "mara", "password": PASSWORD, "next": page}
    assert client.post("/account/login/", form)["Location"] == "/"


@pytest.mark.parametrize("page", ["https://[", "nowhere", "a b"])
def test_no_form_of_a_reader_breaks_on_where_it_stood(client, page):
    for address in ("/theme", "/language"):
        answer = client.post(address, {"next": page, "theme": "dark"}, headers={"origin": "null"})
        assert answer["Location"] == "/"
        answer = client.post(address, {"next": page}, headers={"origin": "http://["})
        assert answer["Location"] == "/"


@pytest.mark.parametrize("provider", ["orcid", "github", "google"])
def test_a_way_in_that_is_not_set_up_is_no_page(client, provider):
    for step in ("login/", "login/callback/"):
        assert client.get(f"/account/{provider}/{step}").status_code == 404
        assert client.post(f"/account/{provider}/{step}").status_code == 404

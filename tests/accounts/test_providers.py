"""Signing in through ORCID, GitHub and Google, with the other site played by the test."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.orcid.views import OrcidOAuth2Adapter

from accounts.models import User
from tests.support.factories import make_user
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"
TOLD = {
    "orcid": {"orcid-identifier": {"path": ORCID, "uri": f"https://orcid.org/{ORCID}"}},
    "github": {"id": 7, "login": "jc", "name": "Josiah Carberry", "email": None},
}


@pytest.fixture(autouse=True)
def other_sites(monkeypatch, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {
        name: {"APPS": [{"client_id": "us", "secret": "hush"}]} for name in TOLD
    }
    monkeypatch.setattr(OAuth2Client, "get_access_token", lambda *a, **k: {"access_token": "t"})
    for adapter in (OrcidOAuth2Adapter, GitHubOAuth2Adapter):
        monkeypatch.setattr(adapter, "complete_login", _told)


def _told(self, request, app: SocialApp, token, **kwargs):
    provider = DefaultSocialAccountAdapter(request).get_provider(request, app.provider)
    return provider.sociallogin_from_response(request, TOLD[app.provider])


def come_back_from(client, name: str, *, process: str = "login", **more):
    """Press the button, say yes at the other site, come back."""
    sent = client.post(f"/account/{name}/login/?process={process}")
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    return client.get(f"/account/{name}/login/callback/", {"code": "c", "state": state, **more})


@pytest.mark.parametrize(("name", "orcid"), [("orcid", ORCID), ("github", "")])
def test_an_outside_account_makes_a_verified_one_here(client, name, orcid):
    assert come_back_from(client, name)["Location"] == "/account/3rdparty/signup/"
    form = {"username": "josiah", "email": "josiah@example.org", "name": "Josiah"}
    client.post("/account/3rdparty/signup/", form)
    person = User.objects.get()
    assert (person.username, person.name, person.orcid) == ("josiah", "Josiah", orcid)
    assert person.is_verified and client.get("/settings").status_code == 200


@pytest.mark.parametrize(("name", "orcid"), [("orcid", ORCID), ("github", "")])
def test_connecting_verifies_and_an_id_comes_from_orcid_alone(client, name, orcid):
    person = make_user(is_verified=False)
    sign_in(client, person)
    come_back_from(client, name, process="connect")
    person.refresh_from_db()
    assert person.is_verified and person.orcid == orcid


def test_an_id_leaves_the_page_when_its_owner_takes_it_away(client):
    person = make_user("mara")
    sign_in(client, person)
    come_back_from(client, "orcid", process="connect")
    assert f"orcid.org/{ORCID}" in client.get("/user/mara").content.decode()
    client.post("/account/3rdparty/", {"account": SocialAccount.objects.get().pk})
    person.refresh_from_db()
    assert person.orcid == "" and ORCID not in client.get("/user/mara").content.decode()


def test_two_people_never_have_one_id(client):
    first, second = make_user("first"), make_user("second")
    sign_in(client, first)
    come_back_from(client, "orcid", process="connect")
    client.logout()
    sign_in(client, second)
    come_back_from(client, "orcid", process="connect")
    assert list(User.objects.order_by("pk").values_list("orcid", flat=True)) == [ORCID, ""]
    assert SocialAccount.objects.get().user == first


def test_an_address_told_by_another_site_takes_over_nothing(client):
    """GitHub may tell an address that somebody has here: without the password it opens nothing."""
    owner = make_user("owner", email="jc@example.org")
    TOLD["github"]["email"] = "jc@example.org"
    try:
        come_back_from(client, "github")
    finally:
        TOLD["github"]["email"] = None
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.filter(user=owner).exists()


def test_only_what_is_configured_is_offered(client, settings):
    html = client.get("/account/login/").content.decode()
    assert "ORCID" in html and "GitHub" in html and "Google" not in html
    settings.SOCIALACCOUNT_PROVIDERS = {}
    html = client.get("/account/login/").content.decode()
    assert "ORCID" not in html and "or with e-mail" not in html


def test_saying_no_there_is_told_in_words(client):
    sent = client.post("/account/orcid/login/?process=login")
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    answer = client.get(
        "/account/orcid/login/callback/", {"error": "access_denied", "state": state}, follow=True
    )
    assert "You cancelled the sign-in at the other site." in answer.content.decode()

"""Pages speak the reader's language; nobody who chose none gets a cookie."""

import pytest
from django.utils import translation

from accounts.languages import language_of
from shortscience.lib.counting import COUNTED, counted
from tests.factories import make_summary, make_user

pytestmark = pytest.mark.django_db

GERMAN = {"accept-language": "de-CH,de;q=0.9,en;q=0.5"}
JAPANESE = {"accept-language": "ja"}


def test_a_page_comes_in_the_language_the_browser_asks_for(client):
    for headers, code in [(GERMAN, "de"), (JAPANESE, "ja"), ({"accept-language": "fi"}, "en")]:
        answer = client.get("/", headers=headers)
        assert f'<html lang="{code}"' in answer.content.decode()
        assert answer["Content-Language"] == code
        assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].split(", "))
        assert not answer.cookies


def test_a_reader_chooses_in_the_footer_without_a_script_and_without_an_account(client):
    answer = client.post("/language", {"language": "ja", "next": "/venue?page=1"}, headers=GERMAN)
    assert answer["Location"] == "/venue?page=1"
    assert '<html lang="ja"' in client.get("/venue", headers=GERMAN).content.decode()
    client.post("/language", {"language": "", "next": "//evil.example/"})
    assert '<html lang="de"' in client.get("/venue", headers=GERMAN).content.decode()


@pytest.mark.parametrize("fields", [{"language": "xx"}, {"language": "de", "next": "//evil.org"}])
def test_nothing_else_can_be_chosen_and_it_leads_nowhere_else(client, fields):
    answer = client.post("/language", fields)
    assert answer["Location"] == "/"
    assert answer.cookies.keys() <= {"language"}
    assert client.cookies.get("language") is None or client.cookies["language"].value == "de"


def test_other_sites_cannot_choose_for_a_reader(client):
    client.post("/language", {"language": "ja"}, headers={"origin": "https://evil.example"})
    assert not client.cookies
    client.post("/language", {"language": "ja"}, headers={"origin": "http://testserver"})
    assert client.cookies["language"].value == "ja"


def test_a_member_needs_the_token_and_is_known_everywhere(client):
    person = make_user("mara")
    client.force_login(person)
    client.handler.enforce_csrf_checks = True
    assert client.post("/language", {"language": "ja"}).status_code == 403
    token = client.get("/settings").context["csrf_token"]
    client.post("/language", {"language": "ja", "csrfmiddlewaretoken": token})
    person.refresh_from_db()
    assert person.reading == {"language": "ja"}
    # Whatever the browser at hand says.
    client.cookies.pop("language")
    assert '<html lang="ja"' in client.get("/", headers=GERMAN).content.decode()
    assert language_of(person) == "ja"
    assert language_of(make_user()) == "en"


def test_the_settings_keep_a_language_beside_the_other_choices(client):
    person = make_user("mara")
    client.force_login(person)
    client.post("/settings/reading", {"language": "de", "theme": "dark", "shortcuts": "on"})
    person.refresh_from_db()
    assert person.reading == {"language": "de", "theme": "dark"}
    assert '<html lang="de"' in client.get("/settings/reading").content.decode()


def test_machines_get_the_same_for_everybody(client):
    summary = make_summary()
    paper = summary.paper
    for address in [
        "/feed.atom",
        "/feed.json",
        "/rss.xml",
        f"/paper/{paper.pk}/feed.atom",
        f"/paper/{paper.pk}/badge.svg",
        f"/paper/{paper.pk}/bibtex",
        "/api/v1/openapi.json",
        f"/oembed?url=http://testserver/paper/{paper.pk}",
        "/sitemap.xml",
    ]:
        german, plain = client.get(address, headers=GERMAN), client.get(address)
        assert german.content == plain.content
        assert "Accept-Language" not in german.headers.get("Vary", "")


@pytest.mark.parametrize("noun", COUNTED)
def test_whatever_is_counted_has_its_plural_in_every_language(noun):
    for code in ["en", "de", "ja"]:
        with translation.override(code):
            one, many = counted(1, noun), counted(12345, noun)
        assert "1" in one
        assert {"de": "12.345"}.get(code, "12,345") in many

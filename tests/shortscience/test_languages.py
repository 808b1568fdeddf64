"""Pages speak the reader's language; nobody who chose none gets a cookie."""

import datetime
import re

import pytest
from celery import shared_task
from django.utils import translation

from accounts.i18n import language_of
from accounts.models import User
from common.text.plurals import PLURALS, pluralize_count
from shortscience.web.health import server_error
from tests.support.factories import make_paper, make_summary, make_user

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
    client.post(
        "/settings/reading", {"language": "de", "theme": "dark", "shortcuts": "on", "cards": "on"}
    )
    person.refresh_from_db()
    assert person.reading == {"language": "de", "theme": "dark"}
    shown = client.get("/settings/reading").content.decode()
    assert '<html lang="de"' in shown
    assert "Gespeichert." in shown


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


@pytest.mark.parametrize("noun", PLURALS)
def test_whatever_is_counted_has_its_plural_in_every_language(noun):
    for code in ["en", "de", "ja"]:
        with translation.override(code):
            one, many = pluralize_count(1, noun), pluralize_count(12345, noun)
        assert "1" in one
        assert {"de": "12.345"}.get(code, "12,345") in many


# Page: words of it in German and in Japanese.
PAGES = {
    "/": ("Artikel, erklärt von denen, die sie gelesen haben", "読んだ人が解説する論文"),
    "{paper}": ("Als Nächstes lesen|Diesen Artikel zitieren", "この論文を引用"),
    "/search?q=attention": ("Wie man sucht", "検索のしかた"),
    "/account/signup/": ("Konto anlegen", "アカウントを作成"),
    "/about": ("Was das ist", "このサイトとは"),
    "/venue": ("Konferenzen, Zeitschriften und Archive", "会議・学術誌・アーカイブ"),
    "/nowhere": ("Seite nicht gefunden", "ページが見つかりません"),
}


@pytest.mark.parametrize("page", PAGES)
def test_pages_speak_german_and_japanese(client, page):
    address = page.format(paper=make_summary().paper.get_absolute_url())
    for headers, words in zip([GERMAN, JAPANESE], PAGES[page], strict=True):
        shown = client.get(address, headers=headers).content.decode()
        assert any(word in shown for word in words.split("|")), words
        assert not re.search(r">\s*(Sign in|Papers|Search|About)\s*<", shown)


def test_the_desk_speaks_german_and_japanese(client):
    client.force_login(make_user())
    address = f"/paper/{make_paper().pk}/write"
    assert "Entwurf speichern" in client.get(address, headers=GERMAN).content.decode()
    assert "下書きを保存" in client.get(address, headers=JAPANESE).content.decode()


def test_numbers_dates_and_plurals_are_those_of_the_language(client):
    summary = make_summary(published_at=datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC))
    address = summary.paper.get_absolute_url()
    for language, day, count in [
        ("en", "2 March 2026", "1 summary"),
        ("de", "2. März 2026", "1 Zusammenfassung"),
        ("ja", "2026年3月2日", "要約1件"),
    ]:
        shown = client.get(address, headers={"accept-language": language}).content.decode()
        assert day in shown
        assert count in shown


def test_what_people_wrote_is_not_said_to_be_in_the_language_of_the_page(client):
    paper = make_paper(title="Adam: A Method for Stochastic Optimization")
    make_summary(paper=paper, text="The method keeps two averages of the gradient for each weight.")
    shown = client.get(paper.get_absolute_url(), headers=GERMAN).content.decode()
    assert '<h1 lang="en">' in shown
    assert '<div class="prose" lang="en">' in shown
    plain = client.get(paper.get_absolute_url()).content.decode()
    assert "<h1>" in plain
    assert '<div class="prose">' in plain


def test_a_fault_is_told_in_the_language_of_the_reader(rf):
    request = rf.get("/")
    with translation.override("de"):
        assert "Bei uns ist etwas schiefgegangen" in server_error(request).content.decode()


def test_tasks_speak_the_language_of_the_site():
    @shared_task
    def told() -> str:
        return pluralize_count(2, "summaries")

    with translation.override("ja"):
        assert told.delay().get() == "2 summaries"
        assert pluralize_count(2, "summaries") == "要約2件"


def test_mail_comes_in_the_language_in_which_somebody_signed_up(client):
    for username, headers in [("hanna", GERMAN), ("ken", {})]:
        fields = {"email": f"{username}@example.org", "username": username}
        client.post("/account/signup/", {**fields, "password1": "correct horse"}, headers=headers)
        client.logout()
    assert language_of(User.objects.get(username="hanna")) == "de"
    assert User.objects.get(username="ken").reading == {}

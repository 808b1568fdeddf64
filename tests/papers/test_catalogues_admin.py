"""The page about the catalogues, the list of long imports, and what `manage.py check` says."""

import sys

import pytest
from django.conf import settings as django_settings
from django.core.checks import INFO, run_checks
from django.urls import reverse
from django.utils import timezone

from common.http import client as http
from papers.checks import skipped_sources
from papers.models import ImportRun
from papers.sources import SOURCES
from tests.support.factories import make_paper, make_user

PAGE = "/admin/papers/importrun/catalogues/"


@pytest.fixture
def moderator(db):
    return make_user("moderator", is_staff=True, is_superuser=True)


@pytest.fixture
def page(client, moderator, django_assert_num_queries):
    client.force_login(moderator)

    def get() -> str:
        with django_assert_num_queries(3):  # Session, person, records.
            return client.get(PAGE).content.decode()

    return get


def line(html: str, name: str) -> str:
    """The words of the table's line about a catalogue."""
    rows = [row for row in html.split("<tr>") if f'<th scope="row">{name}<br>' in row]
    assert len(rows) == 1
    return " ".join(rows[0].split())


def test_every_source_has_a_line_in_the_order_of_preference(page):
    html = page()
    places = [html.index(f'<th scope="row">{source.NAME}<br>') for source in SOURCES.values()]
    assert places == sorted(places)
    for source in SOURCES.values():
        assert getattr(django_settings, source.ADDRESS) in line(html, source.NAME)


def test_a_source_without_its_key_says_which(page, settings):
    settings.OPENALEX_API_KEY = ""
    assert "skipped: OPENALEX_API_KEY is empty" in line(page(), "OpenAlex")
    assert "ready" in line(page(), "PubMed")
    settings.OPENALEX_API_KEY = "very-secret"
    html = page()
    assert "ready" in line(html, "OpenAlex") and "very-secret" not in html


def test_a_source_at_rest_says_until_when(page, replay, settings):
    settings.SOURCE_PATIENCE_SECONDS = 0.1
    replay.fail(status=503)
    service = http.Service(name="Crossref", base_url=replay.url)
    for _ in range(http.FAILURES_BEFORE_PAUSE):
        with pytest.raises(http.HttpUnavailableError):
            http.get(service, replay.url, patience_seconds=0.1)
    until = http.rests_until("Crossref")
    assert 0 < (until - timezone.now()).total_seconds() <= http.PAUSE_SECONDS
    assert f"resting until {until:%H:%M} UTC" in line(page(), "Crossref")
    assert http.rests_until("PubMed") is None and "ready" in line(page(), "PubMed")


def test_a_source_tells_what_it_looks_up_and_what_we_have_of_it(page):
    make_paper(source="crossref", doi="10.1000/a")
    make_paper(source="crossref", doi="10.1000/b")
    html = page()
    crossref, pubmed = line(html, "Crossref"), line(html, "PubMed")
    assert "<td>2</td>" in crossref and f"{timezone.now():%Y-%m-%d}" in crossref
    assert "<td>0</td>" in pubmed and "never" in pubmed
    assert "DOI, words" in crossref and "0.2 s" in crossref


@pytest.mark.parametrize("who", ["nobody", "reader"])
def test_only_staff_see_the_catalogues(client, db, who):
    if who == "reader":
        client.force_login(make_user())
    answer = client.get(PAGE)
    assert answer.status_code == 302 and "/admin/login/" in answer["Location"]


def test_the_page_is_linked_from_the_app_and_from_the_imports(client, moderator):
    client.force_login(moderator)
    for address in ("/admin/papers/", reverse("admin:papers_importrun_changelist")):
        assert f'href="{PAGE}"' in client.get(address).content.decode()


def test_imports_are_listed_and_cannot_be_changed(client, moderator, django_assert_num_queries):
    runs = [
        ImportRun.objects.create(
            command="harvest_arxiv",
            subject=f"set {number}",
            counts={"added": number, "known": 2},
            finished_at=timezone.now(),
        )
        for number in range(20)
    ]
    client.force_login(moderator)
    with django_assert_num_queries(6):
        html = client.get("/admin/papers/importrun/").content.decode()
    assert "added 19, known 2" in html and "set 19" in html
    page = client.get(f"/admin/papers/importrun/{runs[0].pk}/change/")
    assert page.status_code == 200 and b'name="_save"' not in page.content
    assert client.get("/admin/papers/importrun/add/").status_code == 403
    for deed in ("change", "delete"):
        answer = client.post(f"/admin/papers/importrun/{runs[0].pk}/{deed}/", {"post": "yes"})
        assert answer.status_code == 403
    assert ImportRun.objects.count() == 20


def test_check_tells_each_skipped_source_as_information(settings, monkeypatch):
    settings.OPENALEX_API_KEY = settings.OPENREVIEW_USER = ""
    settings.OPENREVIEW_PASSWORD = "set"
    monkeypatch.setattr(sys, "argv", ["manage.py", "check"])
    told = {message.msg: message.level for message in skipped_sources()}
    assert told == {
        "OpenAlex is skipped: OPENALEX_API_KEY is empty.": INFO,
        "OpenReview is skipped: OPENREVIEW_USER is empty.": INFO,
    }
    assert {message.msg for message in run_checks()} >= set(told)


def test_other_commands_do_not_repeat_it_every_night(settings, monkeypatch):
    settings.OPENALEX_API_KEY = ""
    monkeypatch.setattr(sys, "argv", ["manage.py", "fetch_abstracts"])
    assert skipped_sources() == []

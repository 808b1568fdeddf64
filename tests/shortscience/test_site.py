"""The site as a whole: machines' pages, errors, the admin, settings from the environment."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from papers.models import Paper
from summaries.actions.delete import delete_summary
from summaries.models import Summary
from tests.support.factories import make_paper, make_summary, make_user

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/robots.txt", "/about"])
def test_machines_get_their_answers(client, address):
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/paper-that-never-was", "/account/login/"])
def test_pages_ask_nothing_of_a_device(client, address):
    policy = client.get(address).headers["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy.split(", "))
    assert "publickey-credentials" not in policy and "clipboard" not in policy


@pytest.mark.django_db
def test_an_unknown_address_leads_on(client):
    answer = client.get("/paper-that-never-was")
    assert answer.status_code == 404 and "Page not found" in answer.content.decode()


@pytest.mark.django_db
def test_the_address_of_a_deed_leads_on_and_does_nothing(client):
    answer = client.get("/summary/1/vote")
    assert answer.status_code == 405 and answer.headers["Allow"] == "POST"
    assert "Page not found" in answer.content.decode()
    assert "Page not found" not in client.put("/summary/1/vote").content.decode()


@pytest.mark.django_db
def test_a_fault_of_ours_is_told_without_the_database(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("summaries.views.home_sidebar.totals", lambda: 1 / 0)
    answer = client.get("/")
    assert (
        answer.status_code == 500 and "Something went wrong on our side" in answer.content.decode()
    )


@pytest.mark.django_db
def test_an_old_form_gives_the_words_back():
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    answer = client.post(f"/paper/{make_paper().pk}/write", {"text": "My long text."})
    assert answer.status_code == 403 and "My long text." in answer.content.decode()


@pytest.mark.django_db
def test_the_admin_tells_no_anonymous_author(client):
    summary = make_summary(is_anonymous=True, author=make_user("secretwriter"))
    make_summary(state="private", text="Nobody's business.")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    address = reverse("admin:summaries_summary_changelist")
    html = client.get(address).content.decode()
    assert "secretwriter" not in html and html.count("action-checkbox") < 4
    page = reverse("admin:summaries_summary_change", args=[summary.pk])
    assert "secretwriter" not in client.get(page).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model",
    [
        "papers_paper",
        "summaries_vote",
        "papers_venue",
        "papers_field",
        "summaries_summary",
        "summaries_comment",
        "accounts_user",
    ],
)
def test_every_list_of_the_admin_opens(client, model):
    make_summary()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    assert client.get(reverse(f"admin:{model}_changelist")).status_code == 200


@pytest.mark.django_db
def test_what_a_moderator_corrects_is_remembered(client):
    paper = make_paper(title="Wrong")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = reverse("admin:papers_paper_change", args=[paper.pk])
    form = client.get(page).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {
        "title": "Right $x$",
        "categories": "[]",
    }
    for prefix in ("identifiers", "authorships", "source_records"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    answer = client.post(page, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    paper.refresh_from_db()
    assert paper.title == "Right $x$" and "<math" in paper.title_html
    assert "title" in paper.corrected_fields
    assert [row.title for row in paper.history.all()] == ["Right $x$", "Wrong"]


@pytest.mark.django_db
def test_what_a_moderator_typed_in_stays_when_the_first_catalogue_comes(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = reverse("admin:papers_paper_add")
    form = client.get(page).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields} | {
        "title": "Typed in",
        "citation_key": "typed2020",
        "categories": "[]",
        "identifiers-0-scheme": "arxiv",
        "identifiers-0-value": "1203.0001",
    }
    for prefix, count in (("identifiers", 1), ("authorships", 0), ("source_records", 0)):
        data |= {f"{prefix}-TOTAL_FORMS": str(count), f"{prefix}-INITIAL_FORMS": "0"}
    answer = client.post(page, data)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    paper = make_paper(title="Told", arxiv="1203.0001", abstract="It is told.", source="arxiv")
    assert (paper.title, paper.abstract) == ("Typed in", "It is told.")
    assert paper == Paper.objects.get()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DEBUG", "perhaps"),
        ("SITE_URL", "shortscience.example"),
        ("HSTS_SECONDS", "long"),
        ("EMAIL_URL", "mail.example"),
    ],
)
def test_a_malformed_variable_stops_the_start_with_its_name(variable, value):
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0 and variable in result.stderr


def test_a_server_without_a_key_does_not_start(tmp_path):
    environment = {**os.environ, "DATABASE_URL": "postgres://u:p@127.0.0.1/x", "SECRET_KEY": ""}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0 and "SECRET_KEY" in result.stderr


@pytest.mark.django_db
def test_a_fault_has_a_code_that_is_in_the_log(client, monkeypatch, caplog):
    client.raise_request_exception = False
    monkeypatch.setattr("summaries.views.home_sidebar.totals", lambda: 1 / 0)
    answer = client.get("/")
    html = answer.content.decode()
    code = re.search(r"<code>([0-9a-f]{6})</code>", html)[1]
    assert any(code in record.getMessage() and record.exc_info for record in caplog.records)
    # Its style stands in the page, so the policy names it by its hash.
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_deleted_summary_leads_to_its_paper(client):
    paper = make_paper(title="Still here")
    taken, draft = make_summary(paper=paper), make_summary(state="draft")
    delete_summary(summary_id=taken.pk, editor=taken.author)
    Summary.objects.filter(pk=draft.pk).update(deleted_at=timezone.now())
    answer = client.get(taken.get_absolute_url())
    assert answer.status_code == 410 and "Still here" in answer.content.decode()
    assert client.get(draft.get_absolute_url()).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "template", ["403.html", "403_csrf.html", "404.html", "410.html", "429.html"]
)
def test_every_error_has_three_ways_on(rf, template):
    html = render(rf.get("/x"), template).content.decode()
    assert html.split("<main")[1].split("</main>")[0].count("<a ") >= 3


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "/writing", "/guidelines", "/api", "/feeds", "/privacy"])
def test_the_pages_about_the_site(client, page):
    html = client.get(f"/about{page}").content.decode()
    ids = re.findall(r' id="([^"]+)"', html)
    contents = re.findall(r'<li><a href="#([^"]+)">', html)
    assert len(contents) >= 3 and set(contents) <= set(ids) and len(ids) == len(set(ids))
    assert html.count('aria-current="page"') == 1


@pytest.mark.django_db
def test_old_anchors_of_about_still_lead_somewhere(client):
    html = client.get("/about").content.decode()
    for anchor in ("how-to-write", "markup", "rules", "licence", "privacy"):
        assert f'id="{anchor}"' in html
    assert client.get("/about/nothing").status_code == 404


@pytest.mark.django_db
def test_readers_choose_colours_without_a_token(client):
    answer = client.post("/theme", {"theme": "dark", "next": "/about"})
    assert answer.headers["Location"] == "/about"
    assert 'data-theme="dark"' in client.get("/about").content.decode()
    client.post("/theme", {"theme": "light"}, headers={"Origin": "https://evil.example"})
    assert client.cookies["theme"].value == "dark"

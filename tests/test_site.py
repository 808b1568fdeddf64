"""The site as a whole: machines' pages, errors, the admin, settings from the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from papers.models import Paper
from tests.factories import make_paper, make_summary, make_user

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/robots.txt", "/about"])
def test_machines_get_their_answers(client, address):
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_an_unknown_address_leads_on(client):
    answer = client.get("/paper-that-never-was")
    assert answer.status_code == 404 and "There is no page here" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_of_ours_is_told_without_the_database(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("summaries.views.lists._totals", lambda: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500 and "Something broke on our side" in answer.content.decode()


@pytest.mark.django_db
def test_an_old_form_gives_the_words_back():
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    answer = client.post(f"/paper/{make_paper().pk}/write", {"text": "My long text."})
    assert answer.status_code == 403 and "My long text." in answer.content.decode()


@pytest.mark.django_db
def test_a_moderator_hides_and_restores_in_the_admin(client):
    summary = make_summary(is_anonymous=True, author=make_user("secretwriter"))
    make_summary(state="private", text="Nobody's business.")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    address = reverse("admin:summaries_summary_changelist")
    html = client.get(address).content.decode()
    assert "secretwriter" not in html and html.count("action-checkbox") < 4
    page = reverse("admin:summaries_summary_change", args=[summary.pk])
    assert "secretwriter" not in client.get(page).content.decode()
    for action, state in (("hide", "hidden"), ("restore", "published")):
        client.post(address, {"action": action, "_selected_action": [summary.pk]})
        summary.refresh_from_db()
        assert summary.state == state


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

"""A venue by year: what is listed, marked and exported."""

import json

import pytest

from summaries.actions.request_summary import request_summary
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


def titles(answer) -> list[str]:
    return [paper.title for paper in answer.context["items"]]


@pytest.fixture
def year():
    make_summary(paper=make_paper(title="Told", venue="NeurIPS", year=2017))
    make_paper(title="Alone", venue="NeurIPS", year=2017)
    request_summary(
        paper_id=make_paper(title="Longed for", venue="NeurIPS", year=2017).pk, user=make_user()
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Told"]),
        ("?show=all", ["Told", "Longed for", "Alone"]),
        ("?show=all&sort=title", ["Alone", "Longed for", "Told"]),
        ("?show=wanted", ["Longed for"]),
        ("?show=nonsense&sort=nonsense&page=nonsense", ["Told"]),
    ],
)
def test_what_a_year_lists(client, year, query, expected):
    answer = client.get(f"/venue/neurips/2017{query}")
    assert titles(answer) == expected
    assert answer.context["counts"]["wanted"] == 1


@pytest.mark.parametrize(
    ("form", "kind", "words"),
    [
        ("bibtex", "application/x-bibtex", "title = {{Alone}}"),
        ("ris", "application/x-research-info-systems", "TI  - Alone"),
        ("csl.json", "application/json", '"title": "Alone"'),
    ],
)
def test_a_year_is_exported_whole(client, year, form, kind, words):
    answer = client.get(f"/venue/neurips/2017/{form}")
    assert answer.headers["Content-Type"].startswith(kind)
    text = answer.content.decode()
    assert words in text and "Longed for" in text and "Told" in text
    assert client.get(f"/venue/neurips/1999/{form}").status_code == 404
    assert client.get(f"/venue/nowhere/2017/{form}").status_code == 404


def test_an_export_has_its_limit(client, year, monkeypatch):
    monkeypatch.setattr("summaries.views.venue.EXPORT_LIMIT", 2)
    items = json.loads(client.get("/venue/neurips/2017/csl.json").content)
    assert [item["title"] for item in items] == ["Alone", "Longed for"]
    assert "the first 2 by title" in client.get("/venue/neurips/2017").content.decode()


def test_a_provisional_venue_is_marked(client):
    venue = make_paper(venue="Journal of New Tests", year=2016).venue
    assert "provisional" in client.get(venue.get_absolute_url()).content.decode()
    assert "provisional" in client.get("/venue").content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?sort=name", ["ICML", "NeurIPS"]),
        ("?sort=count", ["NeurIPS", "ICML"]),
        ("?q=neural+information", ["NeurIPS"]),
        ("?q=nothing%00", []),
    ],
)
def test_the_index_is_ordered_and_filtered(client, year, query, expected):
    make_paper(venue="ICML", year=2015)
    groups = client.get(f"/venue{query}").context["groups"]
    assert [row["venue"].name for _, rows in groups for row in rows] == expected

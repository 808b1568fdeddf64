"""The papers of one author name."""

import pytest

from tests.factories import make_paper

pytestmark = pytest.mark.django_db


def test_the_page_of_a_name_has_its_papers_venues_and_co_authors(client):
    make_paper(title="Older", authors=("Łukasz Kaiser", "Ada Lovelace"), year=2015, venue="ICML")
    make_paper(title="Newer", authors=("Lukasz Kaiser", "Ada Lovelace"), year=2017, venue="ICML")
    make_paper(title="Undated", authors=("Łukasz Kaiser", "Alan Turing"), year=None)
    make_paper(title="Another's", authors=("Alan Turing",))
    answer = client.get("/author/lukasz-kaiser")
    assert [paper.title for paper in answer.context["items"]] == ["Newer", "Older", "Undated"]
    assert answer.context["name"] == "Łukasz Kaiser"
    assert answer.context["variants"] == ["Lukasz Kaiser"]
    assert [(row["name"], row["papers"]) for row in answer.context["beside"]] == [
        ("Ada Lovelace", 2),
        ("Alan Turing", 1),
    ]
    assert [(venue.name, venue.here) for venue in answer.context["places"]] == [("ICML", 2)]
    assert "People who share a name" in answer.content.decode()


def test_an_unknown_name_has_no_page(client):
    assert client.get("/author/nobody").status_code == 404

"""The papers of one author name."""

import pytest

from tests.support.factories import make_paper

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
    assert [(row["name"], row["papers"]) for row in answer.context["coauthors"]] == [
        ("Ada Lovelace", 2),
        ("Alan Turing", 1),
    ]
    assert [(venue.name, venue.here) for venue in answer.context["venues"]] == [("ICML", 2)]
    assert (
        "under this name. Authors with the same name are listed together."
        in answer.content.decode()
    )


def test_an_unknown_name_has_no_page(client):
    assert client.get("/author/nobody").status_code == 404


def test_numbers_of_papers_are_told_where_there_is_more_than_one(client):
    for title, venue in (("One", "ICML"), ("Two", "ICML"), ("Three", "Nature")):
        make_paper(title=title, venue=venue, authors=("Ada Lovelace", f"Mate {venue}"))
    page = client.get("/author/ada-lovelace").content.decode()
    places = page.partition("Published in:")[2].partition("</p>")[0]
    assert places.count("(2)") == 1 and '<span class="vh">2 papers</span>' in places
    assert places.rstrip().endswith("Nature</a>")

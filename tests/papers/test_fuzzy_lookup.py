"""Pages that are not there tell what is near, and nothing of what is private."""

import re

import pytest

from papers.fuzzy_lookup import near_papers
from papers.models import Paper
from summaries.models import Summary
from tests.papers.test_search import add_library
from tests.support.factories import make_summary, make_user


@pytest.fixture
def library(db) -> None:
    add_library()


# What was asked for: the papers near it, the nearest first.
ASKED = {
    "1706.0376": "attention",
    "1706.03763": "attention",
    "17060.3762": "attention",
    "170603762": "attention",
    "1706.037622": "attention",
    "1076.03762": "attention",
    "arXiv:1706.0376": "attention",
    "1706.03762v99x": "",
    "attention-is-all-you-need": "attention",
    "attention-is-al-you-nede": "attention",
    "atention-is-all-you-need": "attention",
    "deep residual lerning": "resnet",
    "nothing-like-it-at-all": "",
    "9999.99999": "",
    "": "",
    "\x00": "",
    "x" * 5000: "",
    "%s/%s": "",
}


def test_near_papers_are_found_by_name_and_by_title(library, django_assert_max_num_queries):
    found = {}
    for asked in ASKED:
        with django_assert_max_num_queries(5):
            found[asked] = " ".join(near.paper.citation_key for near in near_papers(asked)[:1])
    assert found == ASKED


def test_an_unknown_identifier_shows_its_neighbours_and_a_search(client, library):
    answer = client.get("/paper/1706.0376")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "No paper matches <code>1706.0376</code>" in page
    assert "<code>1706.03762</code>" in page and "Attention Is All You Need" in page
    assert 'value="1706.0376"' in page


@pytest.mark.parametrize(
    "address", ["/paper/999999/attention-is-all-you-need", "/abs/1706.03763", "/1706.0376"]
)
def test_a_page_that_is_not_there_proposes_papers(client, library, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Attention Is All You Need" in answer.content.decode()


def test_a_page_that_is_not_there_proposes_venues_and_authors(client, library):
    assert "/venue/neurips" in client.get("/venue/neur").content.decode()
    assert "Ashish Vaswani" in client.get("/author/ashish-vasw").content.decode()


def test_unknown_and_forbidden_look_the_same(client, library):
    paper = Paper.objects.get(citation_key="gan")
    summary = make_summary(paper=paper, author=make_user("mara"), text="Secret.")
    Summary.objects.filter(pk=summary.pk).update(state="private")

    def page(number: int) -> str:
        answer = client.get(f"/summary/{number}")
        assert answer.status_code == 404
        page = answer.content.decode()
        return re.sub(
            rf"(?<=summary/){number}\b|(?<=summary%2F){number}\b|(?<=value=\"){number}\b", "", page
        )

    assert page(summary.pk) == page(summary.pk + 1000)


def test_whoever_asks_too_much_is_answered_without_looking_round(client, library):
    for number in range(60):
        client.get(f"/paper/1706.9{number:04}")
    page = client.get("/paper/1706.0376").content.decode()
    assert "No paper matches <code>1706.0376</code>" in page
    assert "Attention Is All You Need" not in page


@pytest.mark.parametrize("address", ["/wp-login.php", "/.env", "/summary/1", "/user/nobody"])
def test_other_addresses_cost_no_search(client, library, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert client.get(address).status_code == 404

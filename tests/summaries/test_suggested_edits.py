"""What is suggested while somebody types in a search field."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser

from papers.models import Paper, Venue
from search.autocomplete import suggest
from summaries.models import Summary
from tests.papers.test_search import add_library
from tests.support.factories import make_paper, make_summary, make_user


@pytest.fixture
def library(db) -> None:
    add_library()


def titles(typed: str) -> list[str]:
    return [item.title for item in suggest(typed, user=AnonymousUser())]


# What is typed: what stands first.
TYPED = {
    "attent": "Attention Is All You Need",
    "deep resid": "Deep Residual Learning for Image Recognition",
    "1706.0376": "Attention Is All You Need",
    "hint": "Geoffrey E. Hinton",
    "vasw": "Ashish Vaswani",
    "yoshua beng": "Yoshua Bengio",
    "neur": "NeurIPS",
    "author:hint": "Dropout: A Simple Way to Prevent Neural Networks from Overfitting",
    "in:vision resid": "Deep Residual Learning for Image Recognition",
    "注意": "注意力机制综述",
    "atention": "attention",
}


def test_the_likeliest_stands_first(library):
    found = {typed: titles(typed)[:2] for typed in TYPED}
    assert {typed: found[typed] for typed in TYPED if TYPED[typed] not in found[typed]} == {}


@pytest.mark.parametrize("typed", ["", "a", " ", "zzzzzzz", '"', "\x00"])
def test_nothing_is_suggested_for_nothing(client, db, typed):
    assert json.loads(client.get("/search/suggest", {"q": typed}).content)[1:4] == [[], [], []]


def test_the_answer_has_the_form_that_browsers_want(client, library):
    answer = client.get("/search/suggest", {"q": " attent "})
    assert answer.headers["Content-Type"] == "application/x-suggestions+json"
    assert "public" in answer.headers["Cache-Control"] and not answer.cookies
    typed, found, told, addresses, count = json.loads(answer.content)
    assert typed == "attent" and len(found) == len(told) == len(addresses)
    place = found.index("Attention Is All You Need")
    paper = Paper.objects.get(citation_key="attention")
    assert told[place] == "NeurIPS 2017 · 3 summaries"
    assert addresses[place] == f"http://testserver{paper.get_absolute_url()}"
    assert count == f"{len(found)} suggestions"


def test_suggestions_lead_to_pages(client, db):
    make_paper(title="Nightingales at noon", authors=("Florence Nightingale",), venue="NeurIPS")
    Venue.objects.get(name="NeurIPS")
    _typed, found, _told, addresses, _count = json.loads(
        client.get("/search/suggest", {"q": "nighting"}).content
    )
    assert found == ["Florence Nightingale", "Nightingales at noon"]
    assert [client.get(address).status_code for address in addresses] == [200, 200]


def test_what_is_private_is_never_suggested(library):
    summary = make_summary(text="Quixotic words.", author=make_user("mara"))
    assert titles("quixotyc") == ["quixotic"]
    Summary.objects.filter(pk=summary.pk).update(state="private")
    assert titles("quixotyc") == titles("quixot") == []


def test_suggestions_are_limited(client, library):
    answers = [client.get("/search/suggest", {"q": "x"}).status_code for _ in range(241)]
    assert answers[:240] == [200] * 240 and answers[240] == 429
    assert client.post("/search/suggest").status_code == 405


@pytest.mark.parametrize(("typed", "count"), [("attent", 2), ("hint", 2), ("zzzzzzz", 6)])
def test_suggesting_takes_a_fixed_number_of_queries(
    library, django_assert_max_num_queries, typed, count
):
    with django_assert_max_num_queries(count):
        titles(typed)

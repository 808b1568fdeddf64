"""Suggestions in `\\cite{`: every one of them is a key that the renderer finds again."""

import pytest

from summaries.citations import papers_by_key
from summaries.editor.cite_autocomplete import MOST, complete, nearest
from summaries.views import cite_autocomplete
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(db):
    attention = make_paper(
        title="Attention Is All You Need",
        authors=("Ashish Vaswani", "Noam Shazeer", "Niki Parmar"),
        year=2017,
        arxiv="1706.03762",
        venue="NeurIPS",
    )
    make_paper(title="Neural Machine Translation", authors=("Dzmitry Bahdanau",), arxiv="1409.0473")
    make_paper(title="Deep Residual Learning", doi="10.1109/cvpr.2016.90")
    make_paper(title="Generative Moments", dblp="conf/icml/LiSZ15")
    return attention


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1706.03762", "1706.03762"),
        ("1706.0", "1706.03762"),
        ("arxiv:1409.04", "1409.0473"),
        ("atten", "1706.03762"),
        ("all you nee", "1706.03762"),
        ("vaswani", "1706.03762"),
        ("bahdanau neural", "1409.0473"),
        ("10.1109/cvpr.2016.90", "10.1109/cvpr.2016.90"),
        ("residual", "10.1109/cvpr.2016.90"),
        ("conf/icml/Li", "conf/icml/LiSZ15"),
    ],
)
def test_words_and_beginnings_of_names_find_a_key(library, typed, key):
    assert complete(typed)[0].key == key


def test_every_key_leads_to_its_paper(library):
    for typed in ("attention", "neural", "residual", "generative"):
        for choice in complete(typed):
            assert papers_by_key([choice.key])[choice.key].title == choice.title


@pytest.mark.parametrize(
    "typed", ["", " ", "a", "zzzzzz", "9999.9", "%", "\\", '"', "a:b:", "(" * 90]
)
def test_what_nothing_answers_to_suggests_nothing(library, typed):
    assert complete(typed) == []


def test_papers_with_a_summary_come_first_and_there_is_an_end(library):
    for number in range(MOST + 3):
        make_paper(title=f"Attention in another place {number}", arxiv=f"2001.0000{number % 9 + 1}")
    make_summary(paper=library)
    found = complete("attention")
    assert len(found) == MOST and found[0].summary_count == 1


@pytest.mark.parametrize(
    ("key", "near"),
    [("1409.0474", "1409.0473"), ("1706.03726", None), ("x", None), ("nothing2019near", None)],
)
def test_a_slip_in_a_key_finds_the_paper_that_was_meant(library, key, near):
    choice = nearest(key)
    assert (choice and choice.key) == near


def test_the_number_of_queries_is_fixed(library, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        complete("1706.0376")


def test_suggestions_need_an_account_and_are_limited(client, alice, library, monkeypatch):
    assert client.get("/editor/cite?q=attention").status_code == 401
    client.force_login(alice)
    answer = client.get("/editor/cite?q=attention")
    assert answer.json()["papers"][0] == {
        "key": "1706.03762",
        "title": "Attention Is All You Need",
        "reference": "Vaswani et al., 2017",
        "venue": "NeurIPS",
        "summary_count": 0,
        "summaries": "",
    }
    assert answer.json()["message"] == "1 paper. Use the arrow keys to choose, Enter to cite."
    assert "no-store" in answer.headers["Cache-Control"]
    monkeypatch.setattr(cite_autocomplete, "COMPLETIONS_PER_MINUTE", 1)
    assert client.get("/editor/cite?q=attention").status_code == 429
    assert client.post("/editor/cite").status_code == 405

"""Facets, chips, orders and proposals of the search page; the same on both databases."""

import datetime
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone
from django.utils.html import strip_tags

from papers.models import Paper
from search.did_you_mean import propose
from search.facets import chips, count_facets, narrowed, without
from search.index import index_summaries, papers_in_order, parse, search_all_papers
from summaries.models import PaperRanking, Summary
from tests.papers.test_search import add_library, keys
from tests.support.factories import make_summary, make_user


@pytest.fixture
def library(db) -> None:
    add_library()


def told(question: str) -> dict[str, list[tuple[str, int]]]:
    query = parse(question)
    _total, facets = count_facets(search_all_papers(query), query)
    return {facet.name: [(item.label, item.count) for item in facet.choices] for facet in facets}


# Question: (how many, fields, venues, years, how many have a summary).
FACETS = {
    "attention": (
        5,
        [("Language", 4)],
        [("ACL", 1), ("ICLR", 1), ("NeurIPS", 1), ("arXiv", 1)],
        [("2023", 1), ("2021", 1), ("2017", 1), ("2015", 1)],
        2,
    ),
    "author:hinton": (
        3,
        [("Machine learning", 2), ("Vision", 1)],
        [("JMLR", 1), ("NeurIPS", 1), ("arXiv", 1)],
        [("2016", 1), ("2014", 1), ("2012", 1)],
        3,
    ),
    "has:summary year:2014-2015": (
        6,
        [("Machine learning", 5), ("Language", 1)],
        [("ICLR", 3), ("ICML", 1), ("JMLR", 1), ("NeurIPS", 1)],
        [("2015", 3), ("2014", 3)],
        6,
    ),
    "the who": (1, [("Language", 1)], [], [("2011", 1)], 0),
    "nothingatall": (0, [], [], [], 0),
}


def test_facets_count_the_same_on_every_database(library):
    for question, (count, fields, venues, years, has) in FACETS.items():
        query = parse(question)
        total, _facets = count_facets(search_all_papers(query), query)
        found = told(question)
        assert total == count == search_all_papers(query).count(), question
        assert (found["in"], sorted(found["at"])) == (fields, sorted(venues)), question
        assert found["year"] == years, question
        assert sum(number for _label, number in found["has"]) == has, question


def test_following_a_facet_finds_as_many_as_it_says(library):
    for question in ("attention", "author:hinton", "has:summary"):
        query = parse(question)
        _total, facets = count_facets(search_all_papers(query), query)
        choices = [item for facet in facets for item in facet.choices]
        assert len(choices) > 5
        for item in choices:
            assert search_all_papers(parse(item.text)).count() == item.count, item


def test_a_venue_is_asked_by_its_address_exactly(library):
    assert set(keys(search_all_papers(parse("at:neurips")))) == {
        *("attention", "alexnet", "gan", "gpt3"),
    }
    assert keys(search_all_papers(parse("at:nowhere"))) == []
    assert "attention" not in keys(search_all_papers(parse("has:summary -at:neurips")))


def test_counting_facets_takes_three_queries(library, django_assert_num_queries):
    query = parse("attention")
    with django_assert_num_queries(3):
        count_facets(search_all_papers(query), query)


@pytest.mark.parametrize(
    ("question", "name", "value", "expected"),
    [
        ("deep", "in", "vision", "deep in:vision"),
        ("deep in:language x", "in", "vision", "deep x in:vision"),
        ("deep -in:language", "in", "vision", "deep -in:language in:vision"),
        ("year:2017", "year", "2015-2016", "year:2015-2016"),
    ],
)
def test_a_filter_takes_the_place_of_the_one_before(question, name, value, expected):
    assert narrowed(parse(question), name, value) == expected


def test_a_question_loses_a_filter_and_keeps_its_words():
    assert without(parse('"year:2017 x" year:2017 y'), "year") == '"year:2017 x" y'


CHIPS = {
    "deep year:2017 in:vision": ["2017", "Vision"],
    "year:2015-2020 has:summary": ["2015 to 2020", "with a summary"],
    "year:2015- -in:language": ["since 2015", "not Language"],
    "by:mara year:-2015": ["summarised by mara", "until 2015"],
    "at:neurips in:nowhere": ["NeurIPS", "nowhere"],
    "author:hinton deep": ["author:hinton"],
    "deep residual": [],
}


def test_filters_are_shown_in_words_and_can_be_left_out(library):
    for question, labels in CHIPS.items():
        found = chips(parse(question))
        assert [chip.label for chip in found] == labels
        for chip in found:
            assert len(parse(chip.without).parts) == len(parse(question).parts) - 1


PROPOSALS = {
    "atention": "attention",
    "atention residul": "attention residual",
    "Attenton is all you ned": None,
    "Attenton is all you need": "attention is all you need",
    "generativ adverserial nets": "generative adversarial nets",
    "adverserial": "adversarial",
    "author:hintin": "author:hinton",
    '"batch normalizaton"': '"batch normalization"',
    "resdiual in:vision": "residual in:vision",
    "variatonal bayes -dropout": "variational bayes -dropout",
    "batchnormalization": "batch normalization",
    "schrödingr": "schrodinger",
    "optimizaton": "optimization",
    "attention": None,
    "xyzzy plugh": None,
    "dropout": None,
    "": None,
    "year:2017": None,
}


def test_misspelt_words_get_the_same_proposal_on_every_database(library):
    proposed = {question: propose(parse(question), user=AnonymousUser()) for question in PROPOSALS}
    assert {
        question: found.text if found else None for question, found in proposed.items()
    } == PROPOSALS
    for found in filter(None, proposed.values()):
        assert found.papers == search_all_papers(parse(found.text)).count() > 0


def test_proposing_takes_a_fixed_number_of_queries(library, django_assert_max_num_queries):
    for hostile in ["x" * 400, "zzzz " * 60, "\x00", "аtention", "注意力注意力"]:
        with django_assert_max_num_queries(4):
            propose(parse(hostile), user=AnonymousUser())


def test_words_of_private_summaries_are_proposed_to_nobody(library):
    paper = Paper.objects.get(citation_key="gan")
    summary = make_summary(paper=paper, text="A thoroughly xenomorphic argument.")
    assert propose(parse("xenomorfic"), user=AnonymousUser()).text == "xenomorphic"
    Summary.objects.filter(pk=summary.pk).update(state="private")
    assert propose(parse("xenomorfic"), user=AnonymousUser()) is None
    index_summaries([summary.pk])
    assert propose(parse("xenomorfic"), user=AnonymousUser()) is None


def test_the_orders_of_a_search(library):
    old, new = (Paper.objects.get(citation_key=key) for key in ("align", "attention"))
    for paper, score in ((old, 9), (new, 3)):
        summary = make_summary(paper=paper)
        Summary.objects.filter(pk=summary.pk).update(score=score)
    assert PaperRanking.objects.count() == 2
    found = search_all_papers(parse("attention"))
    assert keys(papers_in_order(found, "votes"))[:2] == ["align", "attention"]
    assert keys(papers_in_order(found, "date")) == [
        *("mamba", "fewer", "attention", "align", "unclear"),
    ]
    assert keys(papers_in_order(found, "nonsense"))[0] == "attention"
    votes = found.annotate(votes=F("ranking__top_summary__score")).values_list("votes", flat=True)
    assert sorted(vote for vote in votes if vote is not None) == [3, 9]


# -- the page ---------------------------------------------------------------------------------


def page_of(client, question: str, **more) -> str:
    answer = client.get("/search", {"q": question, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(page: str) -> str:
    return " ".join(strip_tags(page).split())


def test_the_page_narrows_by_links_that_keep_everything_else(client, library):
    page = page_of(client, "attention", type="papers", sort="date")
    assert "/search?q=attention+in%3Alanguage&amp;type=papers&amp;sort=date" in page
    assert "/search?q=attention+year%3A2017&amp;type=papers&amp;sort=date" in page
    assert "newest first" in page and "Language 4" in words_of(page)
    page = page_of(client, "attention in:language year:2017")
    assert 'class="chip" href="/search?q=attention+year%3A2017"' in page
    assert 'class="chip" href="/search?q=attention+in%3Alanguage"' in page


def test_the_feed_of_a_search_has_its_filters(client, library):
    page = page_of(client, "attention in:language", type="summaries")
    feed = re.search(r'href="(/search/feed\.atom[^"]*)"', page)[1]
    make_summary(paper=Paper.objects.get(citation_key="attention"), text="Attention here.")
    make_summary(paper=Paper.objects.get(citation_key="dropout"), text="Attention there.")
    atom = client.get(feed.replace("&amp;", "&")).content.decode()
    assert "Attention here" in atom and "Attention there" not in atom


@pytest.mark.parametrize(
    ("years", "value"),
    [
        ({"from": "2015", "to": "2017"}, "attention+year%3A2015-2017"),
        ({"from": "2015", "to": ""}, "attention+year%3A2015-"),
        ({"from": "", "to": "2017"}, "attention+year%3A-2017"),
        ({"from": "2017", "to": "2017"}, "attention+year%3A2017"),
        ({"from": "x", "to": "\x00"}, "attention"),
    ],
)
def test_years_from_the_form_become_part_of_the_question(client, db, years, value):
    answer = client.get("/search", {"q": "attention year:1999", "type": "papers", **years})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/search?q={value}&type=papers"
    assert client.get(answer.headers["Location"]).status_code == 200


def test_an_empty_year_leads_to_the_nearest_one_that_is_not(client, library):
    page = page_of(client, "attention year:2031", type="papers")
    assert "No papers from 2031." in page
    assert "Nearest year with results: 2023, 1 paper" in page
    assert "/search?q=attention+year%3A2023&amp;type=papers" in page
    assert '<a class="chip" href="/search?q=attention&amp;type=papers">2031' in page
    page = page_of(client, "year:2031", type="summaries")
    assert "No summaries from 2031." in page and "Nearest year with results:" not in page
    make_summary(paper=Paper.objects.get(citation_key="attention"), text="Words of attention.")
    page = page_of(client, "attention year:2031", type="summaries")
    assert "Nearest year with results: 2017, 1 summary" in page


def test_a_misspelt_word_is_answered_with_a_question(client, library):
    page = page_of(client, "atention residual", type="papers")
    assert 'Did you mean <a href="/search?q=attention+residual&amp;type=papers">' in page
    assert "Did you mean" not in page_of(client, "attention")


def test_an_identifier_with_a_slip_is_answered_with_its_neighbour(client, library):
    page = page_of(client, "1706.0376")
    assert "<code>1706.03762</code>" in page and "Attention Is All You Need" in page
    assert "<code>" not in page_of(client, "1907.00001").partition("How to search")[0]


def test_nothing_of_a_proposal_is_html(client, library):
    page = page_of(client, 'atention "<script>alert(1)</script>')
    assert "<script>alert" not in page


@pytest.mark.parametrize(("kind", "count"), [("everything", 13), ("papers", 13), ("summaries", 13)])
def test_an_empty_page_takes_a_fixed_number_of_queries(
    client, library, django_assert_max_num_queries, kind, count
):
    with django_assert_max_num_queries(count):
        page_of(client, "atention residuel year:2031 in:language has:summary by:x y", type=kind)


def test_newest_and_most_voted_summaries_come_first(client, library):
    paper = Paper.objects.get(citation_key="gan")
    older = make_summary(paper=paper, author=make_user("mara"), text="Cadmium older.")
    newer = make_summary(paper=paper, author=make_user("tunde"), text="Cadmium newer.")
    Summary.objects.filter(pk=older.pk).update(
        score=5, published_at=timezone.now() - datetime.timedelta(days=9)
    )
    page = page_of(client, "cadmium", type="summaries", sort="votes")
    assert page.index("</mark> older") < page.index("</mark> newer")
    page = page_of(client, "cadmium", type="summaries", sort="date")
    assert page.index("</mark> newer") < page.index("</mark> older")
    assert newer.pk

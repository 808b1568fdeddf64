"""The search page, and who can never be found through it."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from papers.models import Field, Identifier, Paper, Venue
from papers.search import index_papers
from search.index import (
    index_summaries,
    index_summaries_of,
    parse,
    search_all_papers,
    search_people,
    search_summaries,
)
from search.models import SummaryDocument
from summaries.models import Summary


def add_person(username: str, name: str = "") -> User:
    return User.objects.create(username=username, name=name, email=f"{username}@example.org")


def add_paper(key: str, title: str, **fields) -> Paper:
    paper = Paper.objects.create(citation_key=key, title=title, **fields)
    index_papers([paper])
    return paper


def add_summary(paper: Paper, author: User, text: str, **fields) -> Summary:
    fields = {"state": "published", "published_at": timezone.now(), **fields}
    summary = Summary.objects.create(
        paper=paper, author=author, text=text, plain_text=text, **fields
    )
    index_summaries([summary])
    return summary


@pytest.fixture
def world(db) -> dict[str, object]:
    mara = add_person("mara", "Mara Lindqvist")
    tunde = add_person("tunde", "Tunde Okafor")
    venue, _ = Venue.objects.get_or_create(name="NeurIPS", defaults={"slug": "neurips"})
    attention = add_paper(
        "attention",
        "Attention Is All You Need",
        authors_text="Ashish Vaswani; Noam Shazeer",
        abstract="A translator without recurrence. Softmax weighs all words.",
        year=2017,
        venue=venue,
        field=Field.objects.get(slug="language"),
        summary_count=2,
    )
    for scheme, value in [("arxiv", "1706.03762"), ("key", "Vas17"), ("key", "translator")]:
        Identifier.objects.create(paper=attention, scheme=scheme, value=value)
    residual = add_paper("residual", "Deep Residual Learning", year=2016, summary_count=1)
    return {
        "mara": mara,
        "tunde": tunde,
        "attention": attention,
        "residual": residual,
        "signed": add_summary(
            attention, mara, "Recurrence is dropped. The softmax is a lookup.", score=5
        ),
        "anonymous": add_summary(
            attention, tunde, "A lookup table in <disguise>.", is_anonymous=True
        ),
        "other": add_summary(
            residual, mara, "Depth pays through shortcuts; a lookup too.", score=9
        ),
    }


def found(question: str, user=None) -> set[Summary]:
    return set(search_summaries(parse(question), user=user or AnonymousUser()))


def test_summaries_are_found_by_their_words_their_paper_and_their_author(world):
    assert found("softmax lookup") == {world["signed"]}
    assert found("attention disguise") == {world["anonymous"]}
    assert found("lindqvist shortcuts") == {world["other"]}
    assert found("vaswani lookup") == {world["signed"], world["anonymous"]}
    assert found("lookup -softmax") == {world["anonymous"], world["other"]}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("author:vaswani", {"signed", "anonymous"}),
        ("author:vaswani softmax", {"signed"}),
        ("-author:vaswani lookup", {"other"}),
        ("title:residual", {"other"}),
        ("venue:neurips disguise", {"anonymous"}),
        ("year:2016 lookup", {"other"}),
        ("in:language lookup", {"signed", "anonymous"}),
        ("by:mara lookup", {"signed", "other"}),
        ("by:MARA -softmax", {"other"}),
        ("-by:mara lookup", {"anonymous"}),
        ("by:nobody lookup", set()),
        ("has:summary shortcuts", {"other"}),
    ],
)
def test_operators_ask_the_paper_and_the_signature(world, question, names):
    assert found(question) == {world[name] for name in names}


def test_by_finds_papers_with_a_signed_summary(world):
    assert set(search_all_papers(parse("by:mara"))) == {world["attention"], world["residual"]}
    assert list(search_all_papers(parse("by:mara residual"))) == [world["residual"]]
    assert list(search_all_papers(parse("-by:mara attention"))) == []


@pytest.mark.parametrize("state", ["draft", "private", "unlisted", "hidden", "deleted"])
def test_what_is_not_published_is_found_by_nobody(world, client, state):
    summary = world["signed"]
    if state == "deleted":
        summary.deleted_at = timezone.now()
    else:
        summary.state = state
    summary.save()
    # Even before the index hears of it, and for the author too.
    assert summary not in found("softmax") | found("softmax", world["mara"])
    client.force_login(world["mara"])
    for kind in ("everything", "papers", "summaries"):
        page = client.get("/search", {"q": "softmax", "type": kind}).content.decode()
        assert "is a lookup" not in strip_tags(page)
    index_summaries([summary])
    assert not SummaryDocument.objects.filter(pk=summary.pk).exists()


@pytest.mark.parametrize(
    "question",
    [
        *["tunde", "okafor", "Tunde Okafor", "by:tunde", "by:tunde lookup", "-by:tunde lookup"],
        *["tunde disguise", "disguise", "lookup -tunde", "by:tunde attention", "-by:mara"],
    ],
)
def test_pages_do_not_depend_on_who_wrote_an_anonymous_summary(world, client, question):
    other = add_person("wren", "J. Wren")

    def pages() -> list[bytes]:
        kinds = ("everything", "papers", "summaries", "people")
        return [client.get("/search", {"q": question, "type": kind}).content for kind in kinds]

    before = pages()
    Summary.objects.filter(pk=world["anonymous"].pk).update(author=other)
    index_summaries([world["anonymous"]])
    assert pages() == before


def test_a_summary_that_becomes_anonymous_is_no_longer_found_by_name(world):
    summary = world["signed"]
    summary.is_anonymous = True
    summary.save()
    assert summary not in found("by:mara softmax")
    index_summaries([summary])
    assert found("lindqvist softmax") == set()
    assert found("softmax") == {summary}


def test_summaries_follow_the_title_of_their_paper(world):
    world["residual"].title = "Shallow Learning"
    world["residual"].save()
    assert index_summaries_of([world["residual"]]) == 1
    assert found("shallow shortcuts") == {world["other"]}


def test_people_are_found_by_either_name_and_counted_by_what_they_signed(world):
    people = search_people(parse("a"))
    assert [(person.username, person.signed_count) for person in people] == [
        ("mara", 2),
        ("tunde", 0),
    ]
    assert list(search_people(parse("lindqvist mara"))) == [world["mara"]]
    assert list(search_people(parse("author:mara"))) == []
    User.objects.filter(username="mara").update(is_active=False)
    assert list(search_people(parse("mara"))) == []


# -- the page ---------------------------------------------------------------------------------


def page_of(client, question: str, **more) -> str:
    answer = client.get("/search", {"q": question, **more})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "typed",
    ["1706.03762", "arXiv:1706.03762v5", " https://arxiv.org/abs/1706.03762 ", "Vas17"],
)
def test_a_name_of_a_paper_alone_goes_straight_to_it(world, client, typed):
    answer = client.get("/search", {"q": typed})
    assert (answer.status_code, answer.url) == (302, world["attention"].get_absolute_url())


def test_an_unknown_identifier_offers_to_add_it(world, client):
    page = page_of(client, "1907.00001")
    assert "Not added yet: <b>arXiv 1907.00001</b>" in page
    assert "/add?q=1907.00001&amp;then=write" in page


@pytest.mark.parametrize("typed", ["transformer", "translator", "2017", "x"])
def test_a_plain_word_is_not_taken_for_an_identifier(world, client, typed):
    assert "Not added yet" not in page_of(client, typed)


def test_everything_shows_papers_summaries_and_people(world, client):
    page = page_of(client, "mara lookup")
    assert "2 summaries, best matches first" in page
    assert 'aria-current="page">Everything</a>' in page
    assert 'Summaries <span class="tally num">2</span></a>' in page
    page = page_of(client, "softmax")
    assert "1 paper and 1 summary, best matches first" in page


@pytest.mark.parametrize(
    ("kind", "told"),
    [("papers", "1 paper"), ("summaries", "3 summaries"), ("people", "1 person")],
)
def test_a_tab_shows_one_kind(world, client, kind, told):
    question = {"papers": "residual", "summaries": "lookup", "people": "tunde"}[kind]
    page = page_of(client, question + " ", type=kind) if kind != "papers" else ""
    page = page or page_of(client, "residual learning", type=kind)
    assert (f"{told}, best matches first" if kind != "people" else f'"note">{told}</p>') in page
    assert f'aria-current="page">{kind.capitalize()} <span' in page


def test_hits_are_marked_with_the_sentence_round_them(world, client):
    page = page_of(client, "softmax", type="papers")
    assert 'The <mark class="hit">softmax</mark> is a lookup.' in page
    assert f'href="/summary/{world["signed"].pk}"' in page
    page = page_of(client, "translator", type="papers")
    assert 'A <mark class="hit">translator</mark> without recurrence.' in page


def test_what_people_wrote_and_typed_is_escaped(world, client):
    page = page_of(client, 'disguise "<script>alert(1)</script>')
    assert "<script>alert" not in page
    page = page_of(client, "disguise")
    assert '&lt;<mark class="hit">disguise</mark>&gt;' in page


def test_a_title_with_a_formula_stays_typeset(world, client):
    from common.text.tex_to_html import plain_to_html

    title = "Norms of $x^2$ spaces"
    add_paper("norms", title, title_html=plain_to_html(title))
    page = page_of(client, "norm spaces", type="papers")
    assert '<mark class="hit">Norms</mark> of <math' in page


def test_a_full_stop_stays_with_its_formula():
    from common.text.tex_to_html import plain_to_html

    assert "</math>\u2060." in plain_to_html("As long as $n < d$. Else")


def test_nothing_found_says_what_was_searched_and_offers_ways_on(world, client):
    page = page_of(client, "attention year:1990", type="papers")
    assert "No papers from 1990." in page
    assert "titles, authors, venues and abstracts" in page
    assert "?q=attention&amp;type=papers" in page
    assert "/add?q=attention%20year%3A1990" in page and 'href="/wanted"' in page
    page = page_of(client, "attention nothing", type="papers")
    assert "No results" in page
    assert '?q=attention&amp;type=papers">without <q>nothing</q></a>' in page
    assert "without <q>attention</q>" not in page
    assert "Try removing one part:" not in page_of(client, "never seen", type="papers")
    page = page_of(client, "disguise", type="papers")
    assert ">1 summary</a>" in page


@pytest.mark.parametrize("question", ["", "   ", '"', "-", "()"])
def test_an_empty_question_shows_how_to_ask(world, client, question):
    page = page_of(client, question)
    assert "How to search" in page
    assert "No results" not in page


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "1.5", "\x00", "2"])
def test_any_page_number_shows_a_page(world, client, page):
    assert "Deep" in page_of(client, "residual learning", type="papers", page=page)


def test_pages_hold_25_and_lead_on(world, client):
    for number in range(30):
        add_paper(f"p{number}", f"Pigeons, part {number}")
    first = page_of(client, "pigeon", type="papers")
    assert len(re.findall('<article class="item"', first)) == 25
    assert "30 papers, best matches first" in first
    assert "?q=pigeon&amp;type=papers&amp;page=2" in first
    second = page_of(client, "pigeon", type="papers", page=2)
    assert len(re.findall('<article class="item"', second)) == 5
    assert "?q=pigeon&amp;type=papers&quot;" not in second
    assert 'rel="prev"' in second and 'rel="next"' not in second


def test_only_reading_is_allowed(client, db):
    assert client.post("/search", {"q": "x"}).status_code == 405


@pytest.mark.parametrize(
    ("kind", "count"), [("everything", 11), ("papers", 8), ("summaries", 6), ("people", 4)]
)
def test_the_number_of_queries_does_not_grow(
    world, client, django_assert_max_num_queries, kind, count
):
    """Everything: a name, three counts, fields and venues to narrow by, papers with identifiers and
    summaries, the two others."""
    for number in range(12):
        paper = add_paper(f"m{number}", f"Mara lookup {number}", venue=world["attention"].venue)
        add_summary(paper, world["mara"], "lookup")
        add_person(f"mara{number}", "Mara Lookup")
    with django_assert_max_num_queries(count):
        page_of(client, "mara lookup", type=kind)

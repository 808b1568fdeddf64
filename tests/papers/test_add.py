"""Searching while adding: the own database, then all catalogues at once, one line for a work."""

import re
import time
from html import unescape
from types import SimpleNamespace

import pytest

from papers import sources
from papers.identifiers import PaperId
from papers.importing.federated_search import Answer, merge_hits
from papers.models import Paper
from papers.sources import Record, SourceUnavailableError
from papers.views import add
from tests.support.factories import make_paper, make_record, make_summary, make_user

pytestmark = pytest.mark.django_db


def record(source: str, title: str = "Deep Residual Learning", **told: object) -> Record:
    return make_record(source=source, title=title, **told)


ARXIV = record("arxiv", arxiv="1512.03385", year=2015, venue_kind="preprint")
PRINTED = record("crossref", doi="10.1109/cvpr.2016.90", year=2016, venue="CVPR")
INDEXED = record("dblp", dblp="conf/cvpr/HeZRS16", year=2016, venue="CVPR")
OTHER = record("crossref", "Wide residual networks", doi="10.1/wide", authors=("Sergey Z",))


@pytest.fixture
def catalogues(monkeypatch):
    """Catalogues that answer as they are told: {key: records, or an error, or a function}."""
    told: dict[str, object] = {}

    def answer(key):
        def search(query):
            said = told[key]
            if isinstance(said, Exception):
                raise said
            return said() if callable(said) else said

        return search

    known = {"arxiv": "arXiv", "crossref": "Crossref", "dblp": "DBLP", "openalex": "OpenAlex"}
    modules = {
        key: SimpleNamespace(NAME=name, SCHEMES=(), search=answer(key))
        for key, name in known.items()
    }
    modules["openalex"].NEEDS = ("OPENALEX_API_KEY",)
    monkeypatch.setattr(sources, "SOURCES", modules)
    told |= {"arxiv": [ARXIV], "crossref": [OTHER, PRINTED], "dblp": [INDEXED]}
    return told


@pytest.fixture
def member(client):
    person = make_user()
    client.force_login(person)
    return client


def page(client, query: str = "residual") -> str:
    return client.get("/add", {"q": query}).content.decode()


def offer(html: str, title: str) -> dict[str, str]:
    """The form that stands beside a title."""
    line = next(
        part for part in html.split('<li class="offer">')[1:] if title in part.split("</b>")[0]
    )
    form = dict(re.findall(r'name="(method|results|q|then)" value="([^"]*)"', line))
    return form | {"result": re.search(r'name="result" value="(\d+)"', line)[1]}


def test_a_work_that_three_catalogues_know_is_one_line_and_comes_first(member, catalogues):
    html = page(member)
    assert html.count("<b>Deep Residual Learning</b>") == 1
    assert "arXiv, Crossref, DBLP" in html
    assert html.index("Deep Residual") < html.index("Wide residual")
    assert "Searched: arXiv 1, Crossref 2, DBLP 1." in " ".join(html.split())
    assert "Not searched because no API key is set up: OpenAlex." in html


def test_one_click_adds_all_that_the_catalogues_said(member, catalogues):
    form = offer(page(member), "Deep Residual")
    answer = member.post("/add", form)
    paper = Paper.objects.get()
    assert answer.headers["Location"] == paper.get_absolute_url()
    assert {item.scheme for item in paper.identifiers.all()} >= {"arxiv", "doi", "dblp"}
    assert (paper.venue.name, paper.year) == ("CVPR", 2016)
    answer = member.post("/add", form | {"then": "write"})
    assert answer.headers["Location"] == f"/paper/{paper.pk}/write"
    assert Paper.objects.count() == 1


def test_what_is_here_already_is_opened_and_not_added_twice(member, catalogues):
    paper = make_paper(title="Residuals, anew", arxiv="1512.03385")
    make_summary(paper=paper)
    html = page(member, "learning")
    assert "<b>Deep Residual" not in html and "1 summary" in html
    assert html.count(paper.get_absolute_url()) == 2  # The title and the button.


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            SourceUnavailableError("DBLP is busy. Try again later."),
            "DBLP is busy. Try again later.",
        ),
        (lambda: time.sleep(2) or [], "DBLP did not respond within 0.1 seconds."),
    ],
)
def test_a_catalogue_without_answer_is_told_and_the_others_are_not_lost(
    member, catalogues, settings, said, words
):
    settings.SOURCE_SEARCH_SECONDS = 0.1
    catalogues["dblp"] = said
    html = page(member)
    assert words in html and "Search again" in html
    assert "arXiv, Crossref" in html


def test_when_no_catalogue_answers_that_is_said_and_there_is_another_way(
    member, catalogues, monkeypatch
):
    for key in ("arxiv", "crossref", "dblp"):
        catalogues[key] = SourceUnavailableError("Silence.")
    html = page(member, "residual")
    assert (
        "None of the catalogues responded." in html
        and "No results in the catalogues that responded." not in html
    )
    assert re.search(r'<details class="way" open>\s*<summary>Enter manually', html), (
        "the way that is left"
    )

    def unreachable(**asked):
        raise SourceUnavailableError("arXiv is not responding. Try again later.")

    monkeypatch.setattr(add, "import_paper", unreachable)
    answer = member.post("/add", {"method": "identifier", "identifier": "1512.03385"})
    html = answer.content.decode()
    assert answer.status_code == 503 and "You can also enter the paper manually." in html
    assert re.search(r'<details class="way" open>\s*<summary>Enter manually', html)


def test_what_was_typed_stays_when_the_session_has_ended(client):
    typed = {"method": "manual", "title": "A long title", "abstract": "A longer abstract."}
    answer = client.post("/add", typed)
    html = answer.content.decode()
    assert answer.status_code == 403 and "You are signed out." in html
    assert "A long title" in html and "A longer abstract." in html
    answer = client.post("/add", {"method": "bibtex", "text": "@article{lovelace"})
    assert answer.status_code == 403 and "@article{lovelace" in answer.content.decode()
    assert client.post("/add", {"method": "identifier"}).status_code == 302
    assert not Paper.objects.exists()


def test_only_those_that_were_silent_are_asked_again(member, catalogues):
    catalogues["dblp"] = SourceUnavailableError("DBLP is tired.")
    page(member)
    catalogues["arxiv"] = AssertionError("asked again")
    catalogues["dblp"] = [INDEXED]
    assert "arXiv, Crossref, DBLP" in page(member)


def test_an_old_list_is_made_anew(member, catalogues):
    answer = member.post(
        "/add", {"method": "search", "results": "x", "result": "0", "q": "residual"}
    )
    assert answer.status_code == 410
    html = answer.content.decode()
    assert (
        "This list expired. Here is a new one. Nothing was added." in html
        and "Deep Residual" in html
    )
    assert not Paper.objects.exists()


def test_a_list_belongs_to_who_searched(member, catalogues, client):
    form = offer(page(member), "Deep Residual")
    client.force_login(make_user())
    assert client.post("/add", form).status_code == 410
    assert not Paper.objects.exists()


@pytest.mark.parametrize("place", ["", "-1", "99", "x", "0x1"])
def test_a_place_that_is_not_in_the_list_adds_nothing(member, catalogues, place):
    form = offer(page(member), "Deep Residual")
    assert member.post("/add", form | {"result": place}).status_code == 410


def test_readers_ask_no_catalogue(client, catalogues):
    make_paper(title="Residual things")
    catalogues["arxiv"] = AssertionError("asked")
    html = page(client)
    assert "Residual things" in html and "Sign in to add a paper" in html
    assert "Catalogue results" not in html


def test_an_identifier_leads_to_its_paper_or_offers_to_add_it(member, catalogues):
    paper = make_paper(arxiv="1512.03385")
    answer = member.get("/add?q=https://arxiv.org/abs/1512.03385v2")
    assert answer.headers["Location"] == paper.get_absolute_url()
    catalogues["arxiv"] = AssertionError("asked")
    html = page(member, "arXiv:1706.03762")
    assert 'name="identifier" value="arXiv:1706.03762"' in html and "Add it" in html


def test_searches_are_limited(member, catalogues, monkeypatch):
    monkeypatch.setattr("papers.views.add.SEARCHES_PER_HOUR", 1)
    page(member)
    assert "Too many requests. Try again in" in page(member)


def test_hostile_answers_are_text(member, catalogues):
    catalogues["arxiv"] = [
        record("arxiv", "<script>alert(1)</script> $x<y$", authors=("<b>x",), arxiv="1203.0001")
    ]
    html = page(member)
    assert "<script>alert" not in html and "<b>x" not in html and "<math" in html


def test_nothing_found_says_what_to_do(member, catalogues):
    catalogues |= {"arxiv": [], "crossref": [], "dblp": []}
    assert "Try fewer words. You can still paste BibTeX or enter the details yourself." in page(
        member
    )


def test_a_long_list_costs_no_more_queries(member, catalogues, django_assert_num_queries):
    for count in (2, 25):
        catalogues["arxiv"] = [
            record("arxiv", f"Title {n} of {count}", arxiv=f"1203.{n + 1:04d}")
            for n in range(count)
        ]
        # The bell of the header asks the fifth.
        with django_assert_num_queries(5):
            page(member, f"title {count}")


def test_works_with_nothing_in_common_stay_two_in_spite_of_a_name():
    wrong = record("arxiv", "On sheep", authors=("Dolly S",), doi="10.1109/cvpr.2016.90")
    hits = merge_hits([Answer("arxiv", "arXiv", (wrong,)), Answer("crossref", "C", (PRINTED,))])
    assert len(hits) == 2
    assert PaperId("doi", "10.1109/cvpr.2016.90") in hits[0].names & hits[1].names


# -- mistakes ---------------------------------------------------------------------------------

RIGHT = {"method": "manual", "title": "On mills", "authors": "Ada Lovelace", "year": "1843"}


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"title": ""}, "Enter a title."),
        ({"authors": " ; "}, "Enter at least one author, for example Ada Lovelace."),
        ({"authors": "A " + 200 * "b"}, "more than 200 characters"),
        ({"year": ""}, "Enter a year between 1450 and 2100, such as 2017."),
        ({"year": "18"}, "Enter a year between 1450 and 2100, such as 2017."),
        ({"year": "MDCCC"}, "Enter a year between 1450 and 2100, such as 2017."),
        ({"venue": "!!!"}, "s name without volume or year, such as NeurIPS."),
        ({"url": "nowhere"}, "Enter a link like https://example.org/paper."),
        ({"url": "https://sci-hub.se/x"}, "Links to this site are not allowed."),
    ],
)
def test_a_slip_in_a_form_is_told_with_what_is_right_and_nothing_is_lost(member, slip, words):
    kept = {"abstract": "A long abstract.", "venue": "Mills"}
    answer = member.post("/add", RIGHT | kept | slip)
    html = answer.content.decode()
    assert answer.status_code == 422 and html.count(words) == 2, "in the list and at its field"
    assert "A long abstract." in html and "This field is required" not in html
    assert not Paper.objects.exists()


def test_names_and_an_address_are_taken_as_people_write_them(member):
    member.post("/add", RIGHT | {"authors": "Lovelace, Ada; Turing, Alan", "url": "example.org/p"})
    paper = Paper.objects.get()
    assert paper.authors_text == "Ada Lovelace; Alan Turing"
    assert paper.url == "https://example.org/p"


def test_when_a_catalogue_is_silent_its_paper_can_be_added_by_hand(member, monkeypatch):
    def unreachable(**asked):
        raise SourceUnavailableError("arXiv is not responding. Try again later.")

    monkeypatch.setattr(add, "import_paper", unreachable)
    html = member.post(
        "/add", {"method": "identifier", "identifier": "1512.03385"}
    ).content.decode()
    assert 'value="https://arxiv.org/abs/1512.03385"' in html
    member.post("/add", RIGHT | {"url": "https://arxiv.org/abs/1512.03385"})
    assert Paper.objects.get().arxiv_id == "1512.03385"


def test_what_could_not_be_read_of_bibtex_can_be_mended_on_the_spot(member):
    broken = "@article{b,\n  author = {Ada &amp; Co},\n  year = 1843\n}"
    good = "@article{a, title = {A good one}}"
    html = member.post("/add", {"method": "bibtex", "text": f"{good}\n{broken}"}).content.decode()
    (kept,) = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", html, re.DOTALL)
    assert unescape(kept).strip() == broken, "as it was written, and what came in is gone"
    html = member.post("/add", {"method": "bibtex", "text": f"{good}\n@misc{{c, title = {{C}}}}"})
    assert "<textarea" not in html.content.decode(), "all was read"

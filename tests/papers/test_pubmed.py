"""PubMed over real HTTP: articles, chapters, retractions, and answers that are none."""

import datetime

import pytest
from lxml import etree

from common.http.client import Answer, Service
from papers import sources
from papers.identifiers import PaperId
from papers.importing.abstracts import fetch_abstract
from papers.sources import RecordNotFoundError, SourceParseError, SourceRefusedError, pubmed
from tests.support.factories import make_paper
from tests.support.replay import FIXTURES

SERVICE = Service(name="PubMed", base_url="http://x")
ARTICLE = PaperId("pmid", "90000001")


def parsed(body: bytes):
    return pubmed.parse_articles(SERVICE, Answer(200, body, {}))


def test_pubmed_tells_a_paper(replay):
    record = sources.fetch(ARTICLE)
    assert record.title == "The effect of H2O on E. coli <in vitro>"
    assert record.authors == (
        "Ada B van der Test",
        "Martin King Jr",
        "Z Initial",
        "Example Study Group",
    )
    assert record.venue == "Journal of tests" and record.issn == ("1234-5678", "8765-4321")
    assert record.year == 2019 and record.published_on == datetime.date(2019, 6, 4)
    assert (record.volume, record.number, record.pages) == ("12", "3", "576-583")
    assert record.data_url == "https://doi.org/10.5061/dryad.example"
    assert not record.is_retracted


def test_parts_of_an_abstract_are_paragraphs_with_their_headings(replay):
    assert sources.fetch(ARTICLE).abstract == (
        "BACKGROUND: Water is wet, with p < 0.05.\n\nA part without a heading."
    )


def test_names_are_those_of_the_paper_not_of_its_references(replay):
    assert sources.fetch(ARTICLE).identifiers == (
        ARTICLE,
        PaperId("pmc", "PMC9000001"),
        PaperId("doi", "10.1000/j.tests.1"),
    )


def test_a_number_of_pubmed_central_is_looked_up_first(replay):
    assert sources.fetch(PaperId("pmc", "PMC9000001")) == sources.fetch(ARTICLE)
    first = replay.requests[0][1]
    assert first.startswith("/eutils/esearch.fcgi?") and "PMC9000001%5Bpmcid%5D" in first


def test_a_hit_that_is_another_paper_is_not_taken(replay):
    with pytest.raises(RecordNotFoundError):
        sources.fetch(PaperId("pmc", "PMC900"))


def test_a_retracted_paper_says_so_and_its_notice_does_not(replay):
    record = sources.fetch(PaperId("pmid", "90000002"))
    assert record.is_retracted and record.title == "Cells that never were"
    assert record.year == 1998 and record.published_on is None and record.pages == "1-9"
    notice = sources.fetch(PaperId("pmid", "90000003"))
    assert not notice.is_retracted and notice.title == "Retraction: Cells that never were"
    assert notice.published_on == datetime.date(2001, 1, 30)


def test_a_chapter_of_an_online_book_is_a_paper(replay):
    record = sources.fetch(PaperId("pmid", "90000004"))
    assert record.title == "A chapter on tests" and record.venue == "TestReviews®"
    assert record.authors == ("Ada Example",) and record.kind == "incollection"
    assert record.published_on == datetime.date(2006, 2, 2)
    assert record.abstract == "MANAGEMENT: Care: tests."


def test_search_keeps_the_order_of_the_hits(replay):
    found = sources.search("cells", "pubmed")
    assert [record.identifiers[0].value for record in found] == ["90000002", "90000003"]
    assert sources.search("???", "pubmed") == [] and sources.search("qqqzzz", "pubmed") == []


def test_an_abstract_that_crossref_lacks_is_asked_of_pubmed(replay, db):
    names = (PaperId("doi", "10.1000/nothing"), ARTICLE)
    paper = make_paper(title="The effect of H2O on E. coli <in vitro>", identifiers=names)
    assert fetch_abstract(paper_id=paper.pk)
    paper.refresh_from_db()
    assert paper.abstract.startswith("BACKGROUND: Water") and paper.abstract_source == "pubmed"


def test_unknown_and_untitled_papers_are_not_found(replay):
    for pmid in ("99999999", "90000005"):
        with pytest.raises(RecordNotFoundError, match=pmid):
            sources.fetch(PaperId("pmid", pmid))


def test_we_tell_our_tool_address_and_key(replay, settings):
    settings.CONTACT_EMAIL, settings.PUBMED_API_KEY = "us@example.org", "secret"
    sources.fetch(ARTICLE)
    path = replay.requests[0][1]
    assert "tool=shortscience" in path and "email=us%40example.org" in path
    assert "api_key=secret" in path


ARTICLE_XML = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>{article}"
    "</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
TITLES = {
    "<ArticleTitle>[Über Tests].</ArticleTitle>": "Über Tests",
    "<ArticleTitle>[Sic] and others.</ArticleTitle>": "[Sic] and others",
    "<ArticleTitle>[Not Available].</ArticleTitle><VernacularTitle>Über Tests.</VernacularTitle>": (
        "Über Tests"
    ),
    "<ArticleTitle>RETRACTED: A test.</ArticleTitle>": "A test",
    "<ArticleTitle>A<math xmlns='http://www.w3.org/1998/Math/MathML'><mi>x</mi></math></ArticleTitle>": (
        "Ax"
    ),
    f"<ArticleTitle>{'<b>' * 150}deep{'</b>' * 150}</ArticleTitle>": "deep",
}


@pytest.mark.parametrize(("article", "title"), TITLES.items(), ids=TITLES.values())
def test_forms_of_titles(article, title):
    (record,) = parsed(ARTICLE_XML.format(pmid="1", article=article).encode())
    assert record.title == title and record.is_retracted == ("RETRACTED" in article)


DATES = {
    "<Year>2019</Year><Month>Jun</Month><Day>4</Day>": (2019, datetime.date(2019, 6, 4)),
    "<Year>2019</Year><Month>06</Month><Day>04</Day>": (2019, datetime.date(2019, 6, 4)),
    "<Year>2019</Year><Month>Feb</Month><Day>30</Day>": (2019, None),
    "<Year>2019</Year><Season>Summer</Season>": (2019, None),
    "<MedlineDate>2000 Spring</MedlineDate>": (2000, None),
    "<Year>soon</Year>": (None, None),
    "": (None, None),
}


@pytest.mark.parametrize(("told", "date"), DATES.items())
def test_forms_of_dates(told, date):
    article = (
        "<ArticleTitle>A</ArticleTitle>"
        f"<Journal><JournalIssue><PubDate>{told}</PubDate></JournalIssue></Journal>"
    )
    (record,) = parsed(ARTICLE_XML.format(pmid="1", article=article).encode())
    assert (record.year, record.published_on) == date


RUBBISH = {
    "cut off": b"<PubmedArticleSet><PubmedArticle>",
    "an HTML page": b"<!DOCTYPE html><html><body>Down for maintenance</body></html>",
    "another XML": b"<eFetchResult><ERROR>x</ERROR></eFetchResult>",
    "JSON": b'{"error":"API rate limit exceeded"}',
    "nothing": b"",
    "entities": b'<!DOCTYPE P [<!ENTITY a "a">]><PubmedArticleSet>&a;</PubmedArticleSet>',
    "a file": b'<!DOCTYPE P [<!ENTITY a SYSTEM "file:///etc/passwd">]><PubmedArticleSet/>',
    "too deep": b"<PubmedArticleSet>" + b"<a>" * 5000,
}


@pytest.mark.parametrize("body", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_told(body):
    with pytest.raises(SourceParseError, match="PubMed"):
        parsed(body)


SKIPPED = {
    "an empty set": b"<PubmedArticleSet/>",
    "an empty article": b"<PubmedArticleSet><PubmedArticle/><PubmedBookArticle/></PubmedArticleSet>",
    "no number": ARTICLE_XML.format(pmid="x", article="<ArticleTitle>A</ArticleTitle>").encode(),
    "other elements": b"<PubmedArticleSet><!-- x --><DeleteCitation/>text</PubmedArticleSet>",
}


@pytest.mark.parametrize("body", SKIPPED.values(), ids=SKIPPED)
def test_what_is_no_paper_is_left_out(body):
    assert parsed(body) == []


def test_errors_of_the_search_are_told_in_pubmeds_words():
    fault = b'{"esearchresult":{"ERROR":"Invalid db name"}}'
    with pytest.raises(SourceRefusedError, match="Invalid db name"):
        pubmed.parse_hits(SERVICE, Answer(200, fault, {}))
    with pytest.raises(SourceParseError):
        pubmed.parse_hits(SERVICE, Answer(200, b'{"esearchresult": []}', {}))
    odd = b'{"esearchresult":{"idlist":["12", 13, "x", null, "1,2"]}}'
    assert pubmed.parse_hits(SERVICE, Answer(200, odd, {})) == ["12", "13"]


def test_hits_in_xml_and_an_article_alone_are_read_too():
    hits = b"<eSearchResult><IdList><Id>12</Id><Id>13</Id></IdList></eSearchResult>"
    assert pubmed.parse_hits(SERVICE, Answer(200, hits, {})) == ["12", "13"]
    fault = b"<eSearchResult><ERROR>Empty term</ERROR></eSearchResult>"
    with pytest.raises(SourceRefusedError, match="Empty term"):
        pubmed.parse_hits(SERVICE, Answer(200, fault, {}))
    article = ARTICLE_XML.format(pmid="1", article="<ArticleTitle>A</ArticleTitle>")
    alone = article.removeprefix("<PubmedArticleSet>").removesuffix("</PubmedArticleSet>")
    assert parsed(alone.encode()) == parsed(article.encode()) != []


def _with_each_element(change):
    """The fixture with one element changed, for each element in turn."""
    body = (FIXTURES / "pubmed" / "articles.xml").read_bytes()
    for number in range(1, len(list(etree.fromstring(body).iter()))):
        root = etree.fromstring(body)
        change(list(root.iter())[number])
        yield etree.tostring(root)


def _drop(node) -> None:
    node.getparent().remove(node)


def _empty(node) -> None:
    node.clear()


def _fill(node) -> None:
    node.text = "9" * 5000


@pytest.mark.parametrize("change", [_drop, _empty, _fill])
def test_any_element_may_be_missing_empty_or_absurd(change):
    count = 0
    for body in _with_each_element(change):
        for record in parsed(body):
            assert record.title and record.identifiers and all(record.authors)
            assert record.year is None or 1500 <= record.year < 2100
            count += 1
    assert count > 300


def test_an_answer_cut_anywhere_is_told():
    body = (FIXTURES / "pubmed" / "articles.xml").read_bytes().rstrip()
    for end in range(0, len(body) - 1, 97):
        with pytest.raises(SourceParseError):
            parsed(body[:end])

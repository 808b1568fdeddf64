"""arXiv over OAI-PMH: pages, single papers, errors, and every kind of rubbish."""

import datetime

import pytest

from common.http.client import Answer, Service
from papers import sources
from papers.identifiers import PaperId
from papers.sources import (
    RecordNotFoundError,
    SourceParseError,
    SourceRefusedError,
    SourceUnavailableError,
    Version,
    arxiv_oai,
)
from papers.sources.arxiv_fields import first_day, says_withdrawn, split_authors
from papers.sources.arxiv_oai import Page, ResumptionTokenExpiredError, list_records
from tests.support.replay import bomb

SERVICE = Service(name="arXiv", base_url="http://x")
ENVELOPE = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-03-04T04:05:06Z'
    "</responseDate>{}</OAI-PMH>"
)
RECORD = (
    "<GetRecord><record><header><identifier>oai:arXiv.org:{0}</identifier><datestamp>2026-03-01"
    "</datestamp></header><metadata>{1}</metadata></record></GetRecord>"
)


def parsed(body: str) -> Page:
    return arxiv_oai.parse_page(SERVICE, Answer(200, ENVELOPE.format(body).encode(), {}))


def day(*parts: int) -> datetime.date:
    return datetime.date(*parts)


def test_a_paper_comes_with_its_versions_and_licence(replay):
    record = arxiv_oai.fetch(PaperId("arxiv", "1409.0473"))
    assert record.source == "arxiv-oai"
    assert record.title == "Neural Machine Translation by Jointly Learning to Align and Translate"
    assert record.authors == ("Dzmitry Bahdanau", "Kyunghyun Cho", "Yoshua Bengio")
    assert record.versions == (
        Version(number=1, submitted_on=day(2014, 9, 1)),
        Version(number=2, submitted_on=day(2014, 9, 4)),
    )
    assert record.arxiv_version == 2 and record.published_on == day(2014, 9, 1)
    assert record.licence == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    assert record.categories == ("cs.CL", "cs.LG")
    assert record.abstract == (
        "A first paragraph of our own, with $\\alpha$ on two lines.\n\nA second one."
    )
    assert not record.is_withdrawn


def test_a_version_without_text_is_a_paper_taken_back(replay):
    record = arxiv_oai.fetch(PaperId("arxiv", "1901.00001"))
    assert record.is_withdrawn
    assert [version.is_withdrawn for version in record.versions] == [False, True]
    assert record.authors == ("René Müller",)
    assert record.identifiers[1:] == (PaperId("doi", "10.1000/one"), PaperId("doi", "10.1000/two"))


def test_an_unknown_paper_is_not_found(replay):
    with pytest.raises(RecordNotFoundError):
        arxiv_oai.fetch(PaperId("arxiv", "2201.99999"))


def test_pages_are_told_one_after_the_other(replay):
    first = list_records(from_on=day(2026, 3, 1), set_spec="cs")
    assert [record.identifiers[0].value for record in first.records] == ["1409.0473", "1901.00001"]
    assert first.response_on == day(2026, 3, 4) and first.last_on == day(2026, 3, 2)
    last = list_records(token=first.token)
    assert last.token == "" and last.deleted == ["math/0309136"]
    assert [place for place, _ in last.broken] == ["oai:arXiv.org:2001.00009"]
    # One letter that XML forbids costs neither the record nor the page.
    assert [record.title for record in last.records] == ["A control letter"]
    asked = [path for _, path in replay.requests]
    assert "from=2026-03-01" in asked[0] and "set=cs" in asked[0]
    # The token is encoded once more, and nothing stands beside it but the verb.
    assert asked[1] == "/oai?verb=ListRecords&resumptionToken=verb%253DListRecords%2526skip%253D2"


def test_an_empty_list_is_an_empty_page(replay):
    page = list_records(from_on=day(2026, 3, 1), set_spec="cs:cs:OS")
    assert (page.records, page.deleted, page.token, page.last_on) == ([], [], "", None)


def test_errors_are_told_apart(replay):
    with pytest.raises(ResumptionTokenExpiredError, match="expired"):
        list_records(token="old")
    with pytest.raises(SourceRefusedError, match="invalid format") as told:
        list_records(from_on=day(2026, 3, 1), set_spec="cs.OS")
    assert not isinstance(told.value, ResumptionTokenExpiredError)


@pytest.mark.parametrize("status", [429, 503])
def test_the_seconds_that_arxiv_asks_to_wait_are_passed_on(replay, status):
    replay.fail(status=status, headers={"Retry-After": "777"}, body=b"<html>wait</html>")
    with pytest.raises(SourceUnavailableError) as told:
        list_records(token="x")
    assert told.value.retry_after_seconds == 777


def test_it_stands_in_for_the_search_interface_after_a_fault_only(replay):
    name = PaperId("arxiv", "1409.0473")
    replay.fail(status=200, body=b"<html>", times=1)
    assert sources.fetch(name).source == "arxiv-oai"
    replay.requests.clear()
    with pytest.raises(RecordNotFoundError):
        sources.fetch(PaperId("arxiv", "2201.99999"))
    replay.fail(status=429, headers={"Retry-After": "600"})
    with pytest.raises(SourceUnavailableError):
        sources.fetch(name)
    assert not [path for _, path in replay.requests if path.startswith("/oai")]


RUBBISH = {
    "nothing": b"",
    "a page for people": b"<!DOCTYPE html><html><body><p>Down<br></body></html>",
    "cut short": ENVELOPE.format("<ListRecords><record>").encode()[:-30],
    "no OAI-PMH": b"<feed/>",
    "no day": b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords/></OAI-PMH>',
    "no list": ENVELOPE.format("<Identify/>").encode(),
    "entities": b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'
    + ENVELOPE.format("<ListRecords>&c;</ListRecords>").encode(),
    "deep": ENVELOPE.format("<a>" * 5000 + "</a>" * 5000).encode(),
    "JSON": b'{"a": 1}',
    "no letters": b"\xff\xfe\x00\x01",
}


@pytest.mark.parametrize("body", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_garbled_and_nothing_else(body):
    with pytest.raises(SourceParseError):
        arxiv_oai.parse_page(SERVICE, Answer(200, body, {}))


def test_what_unpacks_to_too_much_is_refused(replay):
    replay.fail(headers={"Content-Encoding": "gzip"}, body=bomb())
    with pytest.raises(SourceRefusedError):
        list_records(token="x")


STRUCTURED = """<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>math.GT/0309136</id>
<created>{created}</created><updated>2004-01-01</updated><authors>
<author><keyname>King</keyname><forenames>Ada</forenames><suffix>Jr</suffix></author>
<author><keyname>:</keyname></author>
<author><keyname>The Test Collaboration</keyname></author></authors><title>On {{tests}}.</title>
<categories>math.GT</categories><comments>{comments}</comments><abstract>A &lt; b.</abstract></arXiv>
"""


def test_the_prefix_arxiv_is_read():
    body = STRUCTURED.format(created="2003-09-08", comments="7 pages")
    (record,) = parsed(RECORD.format("math/0309136", body)).records
    assert record.authors == ("Ada King Jr", "The Test Collaboration")
    assert record.title == "On tests" and record.abstract == "A < b."
    assert record.identifiers == (PaperId("arxiv", "math/0309136"),)
    assert (record.year, record.published_on) == (2003, day(2003, 9, 8))
    assert record.versions == () and record.arxiv_version is None


def test_dublin_core_is_read_with_comments_as_second_description():
    body = """<dc xmlns="http://purl.org/dc/elements/1.1/"><title>On tests</title>
    <creator>van Example, Ada</creator><description>  Words
on lines.</description><description>Comment: This paper has been withdrawn by its author</description>
    <date>2012-03-06</date><identifier>http://arxiv.org/abs/1203.1314</identifier>
    <identifier>doi:10.1000/X</identifier><identifier>J. of Tests, 2012</identifier></dc>"""
    (record,) = parsed(RECORD.format("1203.1314", body)).records
    assert record.authors == ("Ada van Example",) and record.abstract == "Words on lines."
    assert record.identifiers == (PaperId("arxiv", "1203.1314"), PaperId("doi", "10.1000/x"))
    assert record.is_withdrawn and record.published_on == day(2012, 3, 6)


BROKEN = {
    "no metadata": (RECORD.format("2001.00001", ""), "no metadata"),
    "no arXiv identifier": (
        RECORD.format("nonsense", "<arXiv><title>X</title></arXiv>"),
        "is not an arXiv identifier",
    ),
    "another form": (RECORD.format("2001.00001", "<marc/>"), "'marc'"),
    "no header": ("<ListRecords><record/></ListRecords>", "no metadata"),
}


@pytest.mark.parametrize(("body", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_record_is_told_and_costs_no_other(body, reason):
    page = parsed(body)
    assert page.records == [] and reason in page.broken[0][1]


BYLINES = {
    "A. Smith, B. Jones and C. Doe (MIT)": ("A. Smith", "B. Jones", "C. Doe"),
    "A. Smith, B. Jones, and C. Doe": ("A. Smith", "B. Jones", "C. Doe"),
    'Jo\\"el Goossens (1), I. Lupu (1 and 2) ((1) U.L.B., (2) ECE, Paris)': (
        "Joël Goossens",
        "I. Lupu",
    ),
    "A. One (1), B. Two (2), (1) MIT, Cambridge, (2) ECE": ("A. One", "B. Two"),
    'HESS Collaboration: A. One, {\\L}. Two, M. F\\"u{\\ss}ling': (
        *("HESS Collaboration", "A. One", "Ł. Two", "M. Füßling"),
    ),
    "The ATLAS Collaboration": ("The ATLAS Collaboration",),
    "Ada Example on behalf of the Test Collaboration": ("Ada Example", "the Test Collaboration"),
    "Roldao da Rocha, Waldyr A. Rodrigues, Jr., K. Last": (
        *("Roldao da Rocha", "Waldyr A. Rodrigues Jr.", "K. Last"),
    ),
    "A. One$^{1,2}$, B. Two$^1$, C. Three^3": ("A. One", "B. Two", "C. Three"),
    "A. One, B. Two et al.": ("A. One", "B. Two"),
    "A. One; B. Two & C. Three": ("A. One", "B. Two", "C. Three"),
    "A. One (MIT, B. Two": ("A. One MIT", "B. Two"),
    "(A. One)": ("A. One",),
    "Andrea Band, Sandy Forsyth": ("Andrea Band", "Sandy Forsyth"),
    " , ": (),
    "": (),
}


@pytest.mark.parametrize(("byline", "names"), BYLINES.items())
def test_a_line_of_authors_is_split_into_people(byline, names):
    assert split_authors(byline) == names


def test_no_line_of_authors_takes_long():
    for byline in ("(" * 50_000, "a (b) " * 20_000, "$^" * 50_000, "and " * 50_000):
        assert isinstance(split_authors(byline), tuple)


WORDS = {  # (comments, abstract): withdrawn
    ("This paper has been withdrawn by the authors due to an error", ""): True,
    ("Withdrawn", ""): True,
    ("Paper withdrawn by the author", ""): True,
    ("", "This submission is withdrawn."): True,
    ("This version withdrawn by arXiv administrators", ""): True,
    ("The authors have withdrawn this paper", ""): True,
    ("12 pages; replaces a withdrawn paper of others", ""): False,
    ("", "We study how money is withdrawn from banks."): False,
}


@pytest.mark.parametrize(("texts", "is_withdrawn"), WORDS.items())
def test_the_words_that_take_a_paper_back(texts, is_withdrawn):
    assert says_withdrawn(*texts) == is_withdrawn


DAYS = {  # ("created", what is told): arXiv's number is given when the day is over
    ("1102.0459", day(2011, 2, 2)): (2011, day(2011, 2, 2)),
    ("1102.0459", day(2011, 1, 31)): (2011, day(2011, 1, 31)),
    ("1101.0001", day(2010, 12, 31)): (2010, day(2010, 12, 31)),
    ("1102.0459", day(2011, 4, 13)): (2011, None),
    ("hep-th/9711200", None): (1997, None),
}


@pytest.mark.parametrize(("told", "expected"), DAYS.items())
def test_created_counts_when_it_fits_the_identifier(told, expected):
    assert first_day(told[0], (), told[1]) == expected

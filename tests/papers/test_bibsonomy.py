"""BibSonomy's two doors, REST in JSON and XML and the page exports, and its hashes."""

import json

import pytest

from common.http.client import Answer, Service
from papers import sources
from papers.bibsonomy_hash import interhash, interhashes
from papers.identifiers import PaperId
from papers.sources import SourceParseError, SourceRefusedError, bibsonomy
from tests.support.replay import FIXTURES

SERVICE = Service(name="BibSonomy", base_url="http://x")
NAMES = {
    PaperId("doi", "10.1000/testen"),
    PaperId("key", "example2020testen"),
    PaperId("bibsonomy", "00000000000000000000000000000001"),
}


def fixture(name: str) -> Answer:
    return Answer(200, (FIXTURES / "bibsonomy" / name).read_bytes(), {})


def test_rest_in_xml_tells_what_it_tells_in_json():
    (record,) = bibsonomy.parse_rest(SERVICE, fixture("posts.xml"))
    assert record.title == "Über das Testen" and record.year == 2020
    assert record.authors == ("René Müller", "Ada van der Test")
    assert set(record.identifiers) == NAMES and record.venue == "Journal of Tests"
    post = {
        "title": '{\\"U}ber das Testen.',
        "bibtexKey": "example2020testen",
        "misc": "  doi = {10.1000/testen}",
        "entrytype": "article",
        "author": "M{\\\"u}ller, Ren{\\'e} and van der Test, Ada",
        "journal": "Journal of Tests",
        "year": 2020,
        "interhash": "00000000000000000000000000000001",
        "extraurls": {
            "url": [
                {"title": "Data", "href": "https://zenodo.org/records/1"},
                {"title": "Code", "href": "https://github.com/example/tests"},
            ]
        },
    }
    body = json.dumps({"posts": {"post": {"bibtex": post}}, "stat": "ok"}).encode()
    assert bibsonomy.parse_rest(SERVICE, Answer(200, body, {})) == [record]


def test_links_called_code_and_data_are_code_and_data():
    (record,) = bibsonomy.parse_rest(SERVICE, fixture("posts.xml"))
    assert record.code_url == "https://github.com/example/tests"
    assert record.data_url == "https://zenodo.org/records/1"


def test_the_bibtex_export_tells_the_same_paper():
    (record,) = bibsonomy.parse_bibtex(SERVICE, fixture("search.bib"))
    assert record.source == "bibsonomy" and record.title == "Über das Testen"
    assert record.authors == ("René Müller", "Ada van der Test")
    assert set(record.identifiers) == NAMES


def test_bibtex_is_asked_for_when_the_json_export_is_broken(replay):
    replay.fail(body=b"<!DOCTYPE html><html>An error occurred</html>", times=1)
    replay.fail(body=fixture("search.bib").body, times=1)
    (record,) = sources.search("testen", "bibsonomy")
    assert record.title == "Über das Testen"
    paths = [path.split("?")[0] for _, path in replay.requests]
    assert paths == ["/json/search/testen", "/bib/search/testen"]


def test_two_broken_exports_are_told(replay):
    replay.fail(body=b"<!DOCTYPE html><html>An error occurred</html>")
    with pytest.raises(SourceParseError, match="BibSonomy"):
        sources.search("testen", "bibsonomy")


FAILURES = {
    "XML": b'<bibsonomy stat="fail"><error>start must be smaller</error></bibsonomy>',
    "JSON": b'{"stat": "fail", "error": "start must be smaller"}',
}


@pytest.mark.parametrize("body", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("status", [200, 400])
def test_errors_are_told_in_bibsonomys_words(replay, settings, body, status):
    settings.BIBSONOMY_USER, settings.BIBSONOMY_API_KEY = "reader", "secret"
    replay.fail(status=status, body=body)
    with pytest.raises(SourceRefusedError, match="BibSonomy says: start must be smaller"):
        sources.search("testen", "bibsonomy")


def test_a_wrong_key_is_told(replay, settings):
    settings.BIBSONOMY_USER, settings.BIBSONOMY_API_KEY = "reader", "wrong"
    replay.fail(
        status=401,
        body=b'<bibsonomy stat="fail"><error>Please authenticate yourself.</error></bibsonomy>',
    )
    with pytest.raises(SourceRefusedError, match="denied us access"):
        sources.search("testen", "bibsonomy")


RUBBISH = {
    "cut off": b'{"posts": {"post": [',
    "an HTML page": b"<!DOCTYPE html><html><body>Sorry</body></html>",
    "other XML": b"<rss/>",
    "cut off XML": b'<bibsonomy stat="ok"><posts>',
    "a list": b"[]",
    "nothing": b"",
    "entities": b'<!DOCTYPE b [<!ENTITY a "a">]><bibsonomy stat="ok">&a;</bibsonomy>',
    "too deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_told(body):
    with pytest.raises(SourceParseError, match="BibSonomy"):
        bibsonomy.parse_rest(SERVICE, Answer(200, body, {}))


def test_no_hits_are_an_empty_list_in_both_forms():
    empty = {
        b'<bibsonomy stat="ok"><posts start="0" end="20"/></bibsonomy>',
        b'{"posts":{"start":0,"end":20},"stat":"ok"}',
    }
    for body in empty:
        assert bibsonomy.parse_rest(SERVICE, Answer(200, body, {})) == []


def test_the_export_knows_where_family_names_begin():
    item = {
        "type": "Publication",
        "label": "A test",
        "pub-type": "article",
        "year": "2020",
        "author": ["Ada Test Example"],
        "authors": [{"first": "Ada", "last": "Test Example"}, {"last": "Solo"}, {}],
        "tags": ["x"],
    }
    body = json.dumps({"items": [item, {"type": "Bookmark", "label": "A page"}]}).encode()
    (record,) = bibsonomy.parse_export(SERVICE, Answer(200, body, {}))
    assert record.authors == ("Ada Test Example", "Solo")


# Title, byline, year and hash of papers as the service itself has them.
HASHES = [
    (
        "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms",
        ("Han Xiao", "Kashif Rasul", "Roland Vollgraf"),
        2017,
        "0c81f9a6170118f14703b6796101ce40",
    ),
    (
        "Deep Learning Face Attributes in the Wild",
        ("Ziwei Liu", "Ping Luo", "Xiaogang Wang", "Xiaoou Tang"),
        2015,
        "3f735aaa11957e73914bbe2ca9d5e702",
    ),
    (
        "Arithmetic Coding for Data Compression",
        ("Ian H. Witten", "Radford M. Neal", "John G. Cleary"),
        1987,
        "cac6eef352e981b984056fc969914aed",
    ),
    (
        "Literatur recherchieren und verwalten",
        ("Ina Blümel", "Christian Hauschke", "Robert Jäschke"),
        2014,
        "6afb1ffe49a76d68d11457c980a56542",
    ),
]


@pytest.mark.parametrize(("title", "authors", "year", "told"), HASHES, ids=[h[0] for h in HASHES])
def test_our_hashes_are_those_of_the_service(title, authors, year, told):
    assert interhash(title, authors, year) == told
    assert interhash(f"{title}.", authors[::-1], year) == told
    assert told in interhashes(title, authors, year)


def test_html_entities_in_fields_become_letters():
    post = {
        "title": "Cells &amp; tests &lt; 3 \\&amp; M&uuml;ller AT&T; x",
        "author": "M&#252;ller, Ren&eacute;",
        "journal": "Cell &amp; Developmental Biology",
        "url": "https://example.org/?a=1&copy=2",
    }
    body = json.dumps({"posts": {"post": [{"bibtex": post}]}}).encode()
    (record,) = bibsonomy.parse_rest(SERVICE, Answer(200, body, {}))
    assert record.title == "Cells & tests < 3 & Müller AT&T; x"
    assert record.authors == ("René Müller",)
    assert record.venue == "Cell & Developmental Biology"
    assert record.url == "https://example.org/?a=1&copy=2"

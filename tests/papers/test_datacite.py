"""DataCite: DOIs of arXiv and of others, and odd members."""

import datetime
import json

import pytest

from common.http.client import Answer, Service
from papers import sources
from papers.identifiers import PaperId
from papers.sources import RecordNotFoundError, SourceParseError, SourceRefusedError, datacite
from tests.support.replay import FIXTURES, bomb

SERVICE = Service(name="DataCite", base_url="http://x")
DOIS = json.loads((FIXTURES / "datacite" / "dois.json").read_text(encoding="utf-8"))


def parsed(attributes):
    body = json.dumps({"data": {"attributes": attributes}}).encode()
    return datacite.parse_doi_record(SERVICE, Answer(200, body, {}))


def test_a_doi_of_arxiv_leads_to_the_arxiv_name(replay):
    record = datacite.fetch(PaperId("doi", "10.48550/arxiv.1409.0473"))
    assert record.identifiers == (PaperId("arxiv", "1409.0473"),)
    assert record.authors == ("Dzmitry Bahdanau", "Kyunghyun Cho")
    assert record.venue == "arXiv" and record.venue_kind == "preprint"
    assert record.published_on == datetime.date(2014, 9, 1)
    # Of seven versions two are told: the newest counts, and no list is made of them.
    assert record.arxiv_version == 7 and record.versions == ()
    assert record.is_withdrawn and record.abstract == "Our own words with $a<b$."


def test_a_doi_that_crossref_does_not_know_is_found(replay):
    record = sources.fetch(PaperId("doi", "10.5281/zenodo.1"))
    assert record.source == "datacite" and record.title == "A study of tests"
    assert record.authors == ("Ada Example", "Institute of Tests, Testville")
    assert (record.kind, record.venue, record.venue_kind) == (
        *("article", "Journal of Tests", "journal"),
    )
    assert (record.volume, record.pages, record.publisher) == ("3", "1-9", "Zenodo")
    assert record.year == 2021 and record.published_on == datetime.date(2021, 5, 4)
    assert record.abstract == "One.\n\nTwo & three." and record.issn == ("1234-5678",)
    assert record.licence == "https://creativecommons.org/licenses/by/4.0/legalcode"


def test_related_identifiers_tell_versions_code_and_data():
    record = parsed(DOIS["10.5281/zenodo.1"])
    assert record.identifiers == (
        PaperId("doi", "10.5281/zenodo.1"),
        PaperId("doi", "10.5281/zenodo.0"),
        PaperId("arxiv", "2101.00001"),
    )
    assert record.code_url == "https://github.com/example/tests"
    assert record.data_url == "https://doi.org/10.5061/dryad.1"


def test_an_unknown_doi_is_not_found(replay):
    with pytest.raises(RecordNotFoundError):
        datacite.fetch(PaperId("doi", "10.5281/unknown"))


def test_a_doi_without_title_is_told(replay):
    with pytest.raises(SourceParseError, match="no title"):
        datacite.fetch(PaperId("doi", "10.5281/untitled"))


RUBBISH = {
    "nothing": b"",
    "a page for people": b"<!DOCTYPE html><html></html>",
    "cut short": b'{"data": {"attributes": {"doi": "10.1',
    "a list": b"[]",
    "no data": b'{"data": []}',
    "null": b'{"data": {"attributes": null}}',
    "deep": b'{"data":' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_garbled_and_nothing_else(body):
    with pytest.raises(SourceParseError):
        datacite.parse_doi_record(SERVICE, Answer(200, body, {}))


def test_what_unpacks_to_too_much_is_refused(replay):
    replay.fail(headers={"Content-Encoding": "gzip"}, body=bomb())
    with pytest.raises(SourceRefusedError):
        datacite.fetch(PaperId("doi", "10.5281/zenodo.1"))


@pytest.mark.parametrize("doi", DOIS)
@pytest.mark.parametrize("value", [None, 7, True, "x", [], {}, [[]], [None], [{"a": 1}], "\x00"])
def test_any_type_anywhere_gives_a_record_or_a_message(doi, value):
    for name in DOIS["10.5281/zenodo.1"]:
        try:
            record = parsed({**DOIS[doi], name: value})
        except SourceParseError as error:
            assert str(error)
        else:
            assert record.title and record.identifiers

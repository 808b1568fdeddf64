"""Crossref: papers taken back, their other versions, code and data, and odd members."""

import datetime
import json

import pytest

from common.http.client import Answer, Service
from papers.identifiers import PaperId
from papers.sources import SourceParseError, SourceRefusedError, crossref
from tests.support.replay import FIXTURES

WORKS = json.loads((FIXTURES / "crossref" / "relations.json").read_text(encoding="utf-8"))
SERVICE = Service(name="Crossref", base_url="http://x")


def parsed(work: dict):
    return crossref.parse_work(SERVICE, Answer(200, json.dumps({"message": work}).encode(), {}))


TAKEN_BACK = {  # name: (title, is it retracted, is it withdrawn)
    "retracted": ("Cells that never were", True, False),
    "corrected": ("Cells that were a little different", False, False),
    "notice": ("Retraction: Cells that never were", False, False),
    "in place": ("Cells that went quietly", True, False),
    "marked": ("Marked cells", True, False),
    "withdrawn preprint": ("Early cells", False, True),
    "published": ("A test, in print", False, False),
}


@pytest.mark.parametrize(("name", "told"), TAKEN_BACK.items())
def test_what_was_taken_back_says_so_and_the_notice_does_not(name, told):
    record = parsed(WORKS[name])
    assert (record.title, record.is_retracted, record.is_withdrawn) == told


def test_preprint_and_print_know_each_other():
    assert parsed(WORKS["published"]).identifiers == (
        PaperId("doi", "10.1000/published"),
        PaperId("arxiv", "2101.00001"),
        PaperId("doi", "10.1101/2020.12.31.424999"),
    )


def test_code_and_data_are_told_and_discussions_are_no_code():
    record = parsed(WORKS["published"])
    assert record.code_url == "https://github.com/example/tests"
    assert record.data_url == "https://doi.org/10.1000/data.1"


def test_the_licence_is_the_free_one_and_never_that_for_text_mining():
    assert parsed(WORKS["published"]).licence == "http://creativecommons.org/licenses/by/4.0/"
    only_mining = {**WORKS["published"], "license": WORKS["published"]["license"][0]}
    assert parsed(only_mining).licence == ""
    disguised = {"URL": "https://example.org/text-and-data-mining", "content-version": "vor"}
    assert parsed({**only_mining, "license": [disguised]}).licence == ""


def test_single_objects_and_numbers_as_text_are_read():
    record = parsed(WORKS["published"])
    assert record.authors == ("Ada Example PhD",) and record.volume == "7"
    assert record.published_on == datetime.date(2021, 5, 4) and record.issn == ("1234-5678",)


DATES = {
    "full": ([[2021, 5, 4]], (2021, datetime.date(2021, 5, 4))),
    "no day": ([[2021, 5]], (2021, None)),
    "no such day": ([[2021, 2, 30]], (2021, None)),
    "null": ([[None]], (None, None)),
    "null month": ([[2021, None, None]], (2021, None)),
    "no year": ([["x", 1, 1]], (None, None)),
    "far year": ([[99999, 1, 1]], (None, None)),
    "flat": ([2021, 5, 4], (2021, None)),
    "text": ("2021", (2021, None)),
    "empty": ([], (None, None)),
}


@pytest.mark.parametrize(("parts", "date"), DATES.values(), ids=DATES)
def test_forms_of_dates(parts, date):
    record = parsed({"DOI": "10.1000/x", "title": "X", "issued": {"date-parts": parts}})
    assert (record.year, record.published_on) == date


RUBBISH = {
    "cut off": b'{"message": {"DOI": "10.1000/x", "ti',
    "an HTML page": b"<html><body>502 Bad Gateway</body></html>",
    "a list": b"[]",
    "a failure": b'{"status":"failed","message":[{"type":"cursor-invalid"}]}',
    "no DOI": b'{"message": {"title": ["X"]}}',
    "no title": b'{"message": {"DOI": "10.1000/x", "title": [null]}}',
    "too deep": b'{"message":' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_told(body):
    with pytest.raises(SourceParseError, match="Crossref"):
        crossref.parse_work(SERVICE, Answer(200, body, {}))


def test_pages_end_when_one_is_not_full_and_old_tokens_are_refused(replay):
    records, token = crossref.search_page("tests")
    assert records and token == ""
    assert "rows=100" in replay.requests[0][1] and "cursor=%2A" in replay.requests[0][1]
    works = [{"DOI": f"10.1000/{n}", "title": "X"} for n in range(crossref.PAGE)]
    body = json.dumps({"message": {"items": works, "next-cursor": "abc"}}).encode()
    replay.fail(body=body, times=1)
    records, token = crossref.search_page("tests")
    assert len(records) == 100 and token == "abc"
    replay.fail(status=404, body=b"{}", times=1)
    with pytest.raises(SourceRefusedError):
        crossref.search_page("tests", token=token)

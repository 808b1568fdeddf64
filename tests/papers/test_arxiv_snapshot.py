"""Lines of the snapshot: the layout with its nulls, and what is no line of it."""

import datetime
import json

import pytest

from papers.identifiers import PaperId
from papers.sources import SourceParseError, Version
from papers.sources.arxiv_snapshot import record_from_line
from tests.support import snapshot_files

LINE = {
    "id": "0704.0001",
    "submitter": "Ada Example",
    "authors": "C. Bal\\'azs, E. L. Berger and the Test Collaboration",
    "title": "On tests of long\n  titles",
    "comments": None,
    "journal-ref": "J. Tests 7 (2007)",
    "doi": "10.1000/A",
    "categories": "hep-ph cs.LG",
    "license": None,
    "abstract": "  One line\nand another.\n  A second paragraph.\n",
    "versions": [
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [
        ["Balázs", "C.", ""],
        ["King", "Ada", "Jr", "MIT"],
        [":", "", ""],
        ["The Test Collaboration", "", ""],
    ],
}


def read(**changes):
    return record_from_line(json.dumps({**LINE, **changes}).encode())


def test_a_line_tells_what_oai_pmh_tells():
    record = read()
    assert record.source == "arxiv-oai" and record.title == "On tests of long titles"
    assert record.authors == ("C. Balázs", "Ada King Jr", "The Test Collaboration")
    assert record.abstract == "One line and another.\n\nA second paragraph."
    assert record.identifiers == (PaperId("arxiv", "0704.0001"), PaperId("doi", "10.1000/a"))
    assert record.versions == (
        Version(number=1, submitted_on=datetime.date(2007, 4, 2)),
        Version(number=2, submitted_on=datetime.date(2007, 7, 24)),
    )
    assert record.arxiv_version == 2 and record.year == 2007 and record.licence == ""
    assert record.categories == ("hep-ph", "cs.LG")


def test_what_the_authors_typed_is_read_where_no_list_is():
    record = read(authors_parsed=None)
    assert record.authors == ("C. Balázs", "E. L. Berger", "the Test Collaboration")


def test_a_paper_taken_back_says_so_in_its_comments():
    assert read(comments="This paper has been withdrawn\n  by its authors").is_withdrawn
    assert not read(comments="7 pages").is_withdrawn


@pytest.mark.parametrize("name", sorted(LINE))
@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[]], [None], "\ud800\x00", [{"a": []}]])
def test_any_value_anywhere_gives_a_record_or_a_message(name, value):
    try:
        record = read(**{name: value})
    except SourceParseError as error:
        assert name in {"id", "title"} and str(error)
    else:
        assert record.identifiers[0] == PaperId("arxiv", "0704.0001")


BROKEN = {
    "cut short": (b'{"id": "2001.00001", "title": "Cut sh', "not JSON"),
    "null": (b"null", "not a JSON object"),
    "a list": (b"[1]", "not a JSON object"),
    "deep": (b"[" * 100_000, "not JSON"),
    "no letters": (b"\xff\xfe", "not JSON"),
    "HTML": (b"<html>", "not JSON"),
    "no identifier": (b'{"id": "nonsense", "title": "X"}', "'nonsense'"),
    "no title": (b'{"id": "2001.00001", "title": " "}', "2001.00001 has no title"),
}


@pytest.mark.parametrize(("line", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_line_is_told(line, message):
    with pytest.raises(SourceParseError, match=message) as told:
        record_from_line(line)
    assert isinstance(told.value, ValueError)


def test_a_generated_snapshot_is_read_whole():
    records = [record_from_line(line.encode()) for line in snapshot_files.lines(200)]
    assert len({record.identifiers[0] for record in records}) == 200
    assert all(record.authors and record.versions for record in records)

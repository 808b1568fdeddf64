"""DBLP: records, search, and its XML files as a stream."""

import io
import json
import os
from pathlib import Path

import pytest

from common.http.client import Answer, Service
from papers import sources
from papers.identifiers import PaperId
from papers.sources import (
    RecordNotFoundError,
    SourceParseError,
    SourceRefusedError,
    SourceUnavailableError,
    dblp,
)
from tests.support.replay import FIXTURES, bomb

SERVICE = Service(name="DBLP", base_url="http://x")
EXCERPT = (FIXTURES / "dblp" / "excerpt.xml").read_bytes()
KEY = PaperId("dblp", "conf/testconf/MullerE19")


def read(body: bytes):
    return list(dblp.records_of_xml(io.BytesIO(body)))


def test_a_paper_by_its_key(replay):
    record = sources.fetch(KEY)
    assert record.source == "dblp" and record.title == "H2O & tests: α &nosuch; study"
    assert record.authors == ("Jürgen Müller", "Éva Example")
    assert (record.year, record.pages, record.venue_kind) == (2019, "1-9", "conference")
    assert record.identifiers == (
        *(PaperId("doi", "10.1000/tests.1"), KEY, PaperId("arxiv", "1901.00001")),
    )
    assert record.url == "https://tests.example/paper.pdf"


def test_an_unknown_key_is_not_found(replay):
    with pytest.raises(RecordNotFoundError):
        dblp.fetch(PaperId("dblp", "conf/testconf/Nobody19"))


def test_words_find_papers_and_no_volumes(replay):
    first, second = dblp.search("roll tests")
    assert first.title == "Rock & roll tests" and first.authors == ("Jürgen Müller",)
    assert first.venue == "TestConf" and first.url == "https://tests.example/2.pdf"
    assert PaperId("doi", "10.1000/tests.2") in first.identifiers
    assert second.identifiers[0] == PaperId("arxiv", "2001.00010")
    assert second.venue == "arXiv" and second.volume == ""
    assert dblp.search("nosuchword") == [] and dblp.search(" .,") == []


def test_who_asks_too_often_is_told_when_to_come_back(replay):
    replay.fail(status=429, headers={"Retry-After": "60"}, body=b"<html>Too many</html>")
    with pytest.raises(SourceUnavailableError) as told:
        dblp.search("tests")
    assert told.value.retry_after_seconds == 60


def test_a_file_tells_its_papers_in_order_and_no_volumes_or_people():
    first, second, third = read(EXCERPT)
    # The volume tells what the paper leaves out.
    assert first.venue == "TestConf" and first.publisher == "Test Press"
    assert second.is_withdrawn and second.venue == "arXiv"
    assert second.identifiers[0] == PaperId("arxiv", "2001.00009")
    assert third.kind == "phdthesis" and third.venue == "University of Testville"


SHAPES = {
    "the page of a conference": b"<bht><h2>Tests</h2><dblpcites><r>%s</r><r>%s</r></dblpcites></bht>",
    "a person": b"<dblpperson><r>%s</r><r>%s</r></dblpperson>",
    "a dump": b"<dblp>%s%s</dblp>",
}
PAPER = b'<article key="journals/x/A%d"><author>A</author><title>On tests.</title></article>'


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_papers_are_found_in_every_kind_of_file(shape):
    keys = [record.identifiers[0].value for record in read(shape % (PAPER % 1, PAPER % 2))]
    assert keys == ["journals/x/A1", "journals/x/A2"]


def test_one_bare_record_is_a_file_too():
    assert [record.title for record in read(PAPER % 1)] == ["On tests"]


class Slow(io.BytesIO):
    def read(self, size=-1):
        return super().read(1)


def test_letters_are_read_wherever_a_piece_of_the_file_ends():
    told = list(dblp.records_of_xml(Slow(EXCERPT)))
    assert told == read(EXCERPT)


class Long(io.RawIOBase):
    """A file of papers and many more people that is nowhere in whole; notes the memory in use."""

    PIECES = 400

    def __init__(self):
        self.number = 0
        self.megabytes: list[float] = []

    def read(self, size=-1):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.megabytes.append(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
        self.number += 1
        if self.number == 1:
            return b"<dblp>"
        if self.number > self.PIECES:
            return b"</dblp>" if self.number == self.PIECES + 1 else b""
        person = b"<www><author>Ada Example</author><title>Home Page</title></www>"
        return PAPER % self.number + person * 500


def test_memory_does_not_grow_with_the_file():
    file = Long()
    assert sum(1 for _ in dblp.records_of_xml(file)) == file.PIECES - 1
    # Kept, the tree would be hundreds of megabytes.
    assert max(file.megabytes) - file.megabytes[20] < 20


RUBBISH = {
    "nothing": b"",
    "a page for people": b"<!DOCTYPE html><html><body>Down<br></body></html>",
    "another file": b"<feed><entry/></feed>",
    "a record in another file": b"<feed>" + PAPER % 1 + b"</feed>",
    "entities": b'<!DOCTYPE dblp [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><dblp>&c;</dblp>',
    "deep": b"<dblp>" + b"<a>" * 5000,
    "endless": b"<dblp>" + b"<a/>" * 6_000_000,
    "JSON": b'{"a": 1}',
    "no letters": b"\xff\xfe\x00\x01",
}


@pytest.mark.parametrize("body", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_is_garbled_and_nothing_else(body):
    with pytest.raises(SourceParseError):
        read(body)


def test_what_stands_before_the_damage_is_read():
    records = dblp.records_of_xml(io.BytesIO(EXCERPT[: EXCERPT.index(b"<phdthesis") + 20]))
    assert [next(records).year, next(records).year] == [2019, 2020]
    with pytest.raises(SourceParseError):
        next(records)


def test_an_entity_of_a_file_is_never_resolved(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    head = b"<!--" + b"x" * 70_000 + b"-->"  # Beyond the first piece that is read.
    body = b'<!DOCTYPE dblp [%s<!ENTITY s SYSTEM "file://%s">]><dblp>%s</dblp>' % (
        *(head, str(secret).encode()),
        (PAPER % 1).replace(b"tests", b"&s;"),
    )
    assert "secret" not in str(read(body))


HITS = {
    "nothing": b"",
    "a page for people": b"<!DOCTYPE html><html></html>",
    "cut short": b'{"result": {"hits": {"hit": [',
    "a list": b"[]",
    "no result": b"{}",
    "deep": b'{"result":' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", HITS.values(), ids=HITS)
def test_rubbish_instead_of_hits_is_garbled(body):
    with pytest.raises(SourceParseError):
        dblp.parse_hits(SERVICE, Answer(200, body, {}))


@pytest.mark.parametrize("value", [None, 7, True, "x", [], {}, [[]], [None], [{"a": 1}], "\x00"])
def test_any_type_anywhere_in_a_hit_costs_no_other_hit(value):
    hits = json.loads((FIXTURES / "dblp" / "hits.json").read_text(encoding="utf-8"))
    for name in hits[0]["info"]:
        odd = {**hits[0], "info": {**hits[0]["info"], name: value}}
        body = {"result": {"hits": {"hit": [odd, hits[1]]}}}
        records = dblp.parse_hits(SERVICE, Answer(200, json.dumps(body).encode(), {}))
        assert records[-1].title == "Tests of roll"


def test_what_unpacks_to_too_much_is_refused(replay):
    replay.fail(headers={"Content-Encoding": "gzip"}, body=bomb())
    with pytest.raises(SourceRefusedError):
        dblp.fetch(KEY)

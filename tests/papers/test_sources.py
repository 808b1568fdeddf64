"""The clients against a local server: every promise over real HTTP."""

import itertools
import threading
import time

import pytest
from django.core.cache import cache

from common.http import client
from common.http.client import Answer, Service
from papers import sources
from papers.identifiers import PaperId
from papers.sources import (
    RecordNotFoundError,
    SourceError,
    SourceParseError,
    SourceRefusedError,
    SourceUnavailableError,
    arxiv,
)
from tests.support.replay import FIXTURES, bomb

# Turns, rests and failures are counted in the cache, which is another one with Redis.
pytestmark = pytest.mark.cache

BAHDANAU = PaperId("arxiv", "1409.0473")
AUTHORS = ("Dzmitry Bahdanau", "Kyunghyun Cho", "Yoshua Bengio")


def test_arxiv_tells_a_paper(replay):
    record = sources.fetch(BAHDANAU)
    assert record.title.startswith("Neural Machine Translation")
    assert record.authors == AUTHORS
    assert record.year == 2014 and record.arxiv_version == 7
    assert "$\\alpha_{ij}$" in record.abstract
    assert record.categories[0] == "cs.CL" and record.venue_kind == "preprint"


@pytest.mark.parametrize("dialect", ["current", "transitional", "legacy"])
def test_all_three_dialects_tell_the_same_paper(dialect):
    body = (FIXTURES / "arxiv" / f"{dialect}.xml").read_bytes()
    records = arxiv.parse_feed(Service(name="arXiv", base_url="http://x"), Answer(200, body, {}))
    record = next(record for record in records if BAHDANAU in record.identifiers)
    assert record.title == "Neural Machine Translation by Jointly Learning to Align and Translate"
    assert record.authors == AUTHORS and record.year == 2014 and record.arxiv_version == 7
    assert "\n" not in record.abstract and "$\\alpha_{ij}$" in record.abstract
    assert record.categories[0] == "cs.CL" and "68T50" not in record.categories


def test_the_old_dialect_may_hold_several_dois():
    body = (FIXTURES / "arxiv" / "legacy.xml").read_bytes()
    (record,) = arxiv.parse_feed(Service(name="arXiv", base_url="http://x"), Answer(200, body, {}))
    assert record.identifiers == (
        BAHDANAU,
        PaperId("doi", "10.1000/one"),
        PaperId("doi", "10.1000/two"),
    )


def test_arxiv_answers_are_matched_by_identifier_not_by_order(replay):
    wanted = ["1706.03762", "hep-th/9711200", "2201.99999", "1409.0473"]
    records = arxiv.fetch_many(wanted)
    assert set(records) == {"1706.03762", "hep-th/9711200", "1409.0473"}
    assert records["hep-th/9711200"].abstract.count("\n\n") == 1


def test_a_withdrawn_paper_is_known_as_such(replay):
    assert sources.fetch(PaperId("arxiv", "1901.00001")).is_withdrawn
    assert not sources.fetch(BAHDANAU).is_withdrawn


def test_an_unknown_identifier_is_not_found(replay):
    with pytest.raises(RecordNotFoundError, match=r"2201\.99999"):
        sources.fetch(PaperId("arxiv", "2201.99999"))


def test_an_error_entry_is_told_in_arxivs_words(replay):
    with pytest.raises(SourceRefusedError, match="incorrect id format for abc"):
        arxiv.fetch_many(["abc"])


def test_crossref_tells_a_paper(replay):
    record = sources.fetch(PaperId("doi", "10.1109/cvpr.2016.90"))
    assert record.authors[0] == "Kaiming He" and record.year == 2016
    assert record.published_on is None and record.kind == "inproceedings"


def test_crossref_markup_becomes_plain_text(replay):
    record = sources.fetch(PaperId("doi", "10.1000/jats.1"))
    assert record.title == "The H2O of tests: a study"
    assert record.authors == ("Ada Example Jr", "The Test Consortium", "Solo")
    assert record.year == 2021 and str(record.published_on) == "2021-05-04"
    assert record.abstract == "Background\n\nWater & tests, with $x_1$.\n\nSecond paragraph."


def test_crossref_does_not_know_every_doi(replay):
    with pytest.raises(RecordNotFoundError):
        sources.fetch(PaperId("doi", "10.1000/nothing"))
    with pytest.raises(SourceParseError):
        sources.fetch(PaperId("doi", "10.1000/untitled"))


@pytest.mark.parametrize("key", ["", "secret"], ids=["page exports", "REST"])
def test_bibsonomy_finds_by_words_hash_and_key(replay, settings, key):
    settings.BIBSONOMY_USER, settings.BIBSONOMY_API_KEY = "reader", key
    (found,) = sources.search("bahdanau translation", "bibsonomy")
    assert found.authors == AUTHORS and BAHDANAU in found.identifiers
    assert found.title == "Neural Machine Translation by Jointly Learning to Align and Translate"
    assert PaperId("dblp", "journals/corr/BahdanauCB14") in found.identifiers
    interhash = next(name for name in found.identifiers if name.scheme == "bibsonomy")
    assert sources.fetch(interhash) == found
    assert sources.fetch(PaperId("dblp", "journals/corr/BahdanauCB14")) == found
    assert ("/api/posts" in replay.requests[0][1]) == bool(key)


def test_bibsonomy_names_lose_their_tex(replay):
    (found,) = sources.search("lesen", "bibsonomy")
    assert found.title == "Über das Lesen von $\\alpha$-Tests"
    assert found.authors == ("René Müller", "Ada Example")


def test_bibsonomy_without_hits_is_an_empty_list(replay, settings):
    assert sources.search("qqqzzz", "bibsonomy") == []
    settings.BIBSONOMY_API_KEY = "secret"
    assert sources.search("qqqzzz", "bibsonomy") == []


FAULTS = {
    "busy": ({"status": 503}, SourceUnavailableError),
    "rate exceeded": ({"status": 429, "body": b"Rate exceeded."}, SourceUnavailableError),
    "broken": ({"status": 500, "body": b"<html>"}, SourceUnavailableError),
    "forbidden": ({"status": 403}, SourceRefusedError),
    "no XML": ({"body": b"<html><p>maintenance"}, SourceParseError),
    "empty": ({"body": b""}, SourceParseError),
    "bytes": ({"body": bytes(range(256)) * 20}, SourceParseError),
    "other XML": ({"body": b"<rss><channel/></rss>"}, SourceParseError),
    "cut short": ({"body": b"<feed>", "is_cut_short": True}, SourceUnavailableError),
    "hangs": ({"pause_seconds": 5}, SourceUnavailableError),
    "drips": ({"drip_seconds": 0.05}, SourceUnavailableError),
    "led away": (
        {"status": 302, "headers": {"Location": "http://example.org/"}},
        SourceRefusedError,
    ),
    "in circles": ({"status": 301, "headers": {"Location": "/api/query"}}, SourceRefusedError),
    "entities": (
        {"body": b'<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><feed>&b;</feed>'},
        SourceParseError,
    ),
    "a bomb": (
        {"body": bomb(40), "headers": {"Content-Encoding": "gzip"}},
        SourceRefusedError,
    ),
}


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """The seconds of each pause that this thread makes, which it makes all the same."""
    pauses: list[float] = []
    sleep, own = time.sleep, threading.get_ident()

    def counted(seconds: float) -> None:
        if threading.get_ident() == own:
            pauses.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", counted)
    return pauses


@pytest.mark.parametrize(("fault", "error"), FAULTS.values(), ids=FAULTS)
def test_faults_are_told_and_bounded(replay, slept, fault, error):
    """What hangs or drips for ever is no error but at the end of our patience."""
    replay.fail(**fault)
    with pytest.raises(error) as told:
        sources.fetch(BAHDANAU)
    assert len(replay.requests) <= client.MAX_TRIES * 6
    # Of two catalogues that know the paper; a pause is half a second, then twice that.
    assert len(slept) <= 2 * (client.MAX_TRIES - 1) and max(slept, default=0) < 2
    assert "arXiv" in str(told.value)


def test_a_passing_fault_is_tried_again(replay):
    replay.fail(status=503, times=1)
    assert sources.fetch(BAHDANAU).year == 2014
    assert len(replay.requests) == 2


def test_retry_after_is_waited_for(replay):
    replay.fail(status=429, headers={"Retry-After": "1"}, times=1)
    sources.fetch(BAHDANAU)
    (first, _), (second, _) = replay.requests
    assert second - first >= 1


def test_a_long_retry_after_is_passed_on_instead_of_slept(replay, slept):
    replay.fail(status=429, headers={"Retry-After": "600"})
    with pytest.raises(SourceUnavailableError) as told:
        sources.fetch(BAHDANAU)
    assert told.value.retry_after_seconds == 600 and slept == []
    assert len(replay.requests) == 1


def test_calls_keep_their_distance(replay, settings):
    settings.SOURCE_SPACING_SECONDS = {**settings.SOURCE_SPACING_SECONDS, "arxiv": 0.4}
    for _ in range(3):
        sources.fetch(BAHDANAU)
    times = [at for at, _ in replay.requests]
    assert all(later - earlier >= 0.38 for earlier, later in itertools.pairwise(times))


def test_a_service_that_fails_again_and_again_is_left_in_peace(replay, settings):
    settings.SOURCE_PATIENCE_SECONDS = 0.3
    replay.fail(status=503)
    for _ in range(client.FAILURES_BEFORE_PAUSE):
        with pytest.raises(SourceUnavailableError):
            sources.fetch(BAHDANAU)
    calls = len(replay.requests)
    with pytest.raises(SourceUnavailableError, match="is unavailable"):
        sources.fetch(BAHDANAU)
    assert len(replay.requests) == calls
    cache.clear()


def test_we_say_who_we_are(replay, settings):
    sources.fetch(BAHDANAU)
    assert replay.agents == [settings.USER_AGENT]
    assert "ShortScience/" in settings.USER_AGENT and "mailto:" in settings.USER_AGENT


def test_only_source_errors_escape(replay):
    replay.stop()
    with pytest.raises(SourceError):
        sources.fetch(BAHDANAU)
    replay.stop = lambda: None

"""OpenAlex over real HTTP, and its answers in every wrong shape."""

import datetime

import pytest

from papers import sources
from papers.identifiers import PaperId
from papers.sources import RecordNotFoundError, SourceRefusedError, SourceUnavailableError, openalex

RESNET = PaperId("openalex", "W2194775991")


@pytest.fixture(autouse=True)
def _key(settings):
    settings.OPENALEX_API_KEY = "secret"


def test_openalex_tells_a_paper(replay):
    record = sources.fetch(RESNET)
    assert record.title == "Deep Residual Learning for Image Recognition"
    assert record.authors == ("Kaiming He", "Xiangyu Zhang", "Shaoqing Ren", "Jian Sun")
    assert record.year == 2016 and record.published_on == datetime.date(2016, 6, 27)
    assert record.identifiers == (RESNET, PaperId("doi", "10.1109/cvpr.2016.90"))
    assert record.kind == "inproceedings" and record.venue_kind == "conference"
    assert record.pages == "770-778" and not record.is_retracted


def test_the_abstract_is_put_together_from_its_index(replay):
    assert sources.fetch(RESNET).abstract == "Deep layers learn what shallow layers miss."


ABSTRACTS = {
    "null": (None, ""),
    "a list": ([1, 2], ""),
    "gaps": ({"one": [3], "two": [90]}, "one two"),
    "positions as text, alone, negative, huge": (
        {"a": "0", "b": 1, "c": [-1], "d": [10**12], "e": ["x", None, {}]},
        "a b",
    ),
    "markup": ({"H<sub>2</sub>O": [0], "&amp;": [1], "k<n": [2]}, "H2O & k<n"),
    "a heading": ({"Abstract": [0], "We": [1]}, "We"),
    "no heading": ({"Abstract": [0], "nonsense": [1]}, "Abstract nonsense"),
}


@pytest.mark.parametrize(("index", "text"), ABSTRACTS.values(), ids=ABSTRACTS)
def test_any_index_gives_an_abstract_or_none(index, text):
    assert openalex.abstract(index) == text


def test_a_preprint_is_known_by_its_arxiv_name_and_no_invented_day(replay):
    record = sources.fetch(PaperId("openalex", "W2963403868"))
    assert PaperId("arxiv", "1706.03762") in record.identifiers
    assert record.venue == "arXiv" and record.venue_kind == "preprint"
    assert record.year == 2017 and record.published_on is None
    assert record.authors == ("Ashish Vaswani",) and record.abstract == ""


def test_a_retracted_paper_says_so_and_keeps_a_clean_title(replay):
    record = sources.fetch(PaperId("openalex", "W1000000001"))
    assert record.is_retracted and record.title == "Cells that never were"
    assert record.abstract == "Nothing & more."
    assert record.volume == "505" and record.pages == "641"
    assert {name.scheme for name in record.identifiers} == {"openalex", "doi", "pmid", "pmc"}


def test_a_doi_that_crossref_does_not_know_is_asked_of_openalex(replay):
    record = sources.fetch(PaperId("doi", "10.1000/taken.back"))
    assert record.source == "openalex"
    asked = [path.split("?")[0] for _, path in replay.requests]
    assert asked[0] == "/works/10.1000%2Ftaken.back"
    assert asked[-1] == "/openalex/works/https://doi.org/10.1000/taken.back"


def test_names_of_pubmed_find_a_work(replay):
    work = openalex.fetch(PaperId("pmid", "90000002"))
    assert work == openalex.fetch(PaperId("pmc", "PMC9000002"))


def test_search_finds_by_words_and_leaves_out_works_without_a_title(replay):
    (found,) = sources.search("residual learning", "openalex")
    assert RESNET in found.identifiers
    assert len(sources.search("openalex.org", "openalex")) == 3
    assert sources.search("  ", "openalex") == []


def test_an_unknown_work_is_not_found(replay):
    with pytest.raises(RecordNotFoundError, match="OpenAlex has no paper W9"):
        sources.fetch(PaperId("openalex", "W999999999"))


def test_a_wrong_key_is_told(replay, settings):
    settings.OPENALEX_API_KEY = "wrong"
    with pytest.raises(SourceRefusedError, match="denied us access"):
        sources.fetch(RESNET)


def test_without_a_key_openalex_is_not_asked(replay, settings):
    settings.OPENALEX_API_KEY = ""
    assert sources.missing_settings("openalex") == ("OPENALEX_API_KEY",)
    assert "openalex" not in sources.searchable()
    with pytest.raises(
        RecordNotFoundError, match="This identifier needs OpenAlex, but this site has no acc"
    ):
        sources.fetch(RESNET)
    assert replay.requests == []


def test_a_source_that_could_not_be_asked_may_know_later(replay):
    replay.fail(status=503, times=3)  # Crossref; OpenAlex answers and does not know.
    with pytest.raises(SourceUnavailableError, match="Crossref"):
        sources.fetch(PaperId("doi", "10.1000/nothing"))
    assert replay.requests[-1][1].startswith("/openalex/")

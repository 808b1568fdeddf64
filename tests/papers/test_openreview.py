"""OpenReview over real HTTP: the login, both interfaces, decisions."""

import datetime
import json

import pytest
from django.core.cache import cache

from common.http.client import Answer, Service
from papers import sources
from papers.identifiers import PaperId
from papers.sources import (
    RecordNotFoundError,
    SourceRefusedError,
    SourceUnavailableError,
    openreview,
)

PAPER = PaperId("openreview", "zzPaper01-_")


@pytest.fixture(autouse=True)
def _account(settings):
    settings.OPENREVIEW_USER, settings.OPENREVIEW_PASSWORD = "reader", "secret"


def paths(replay) -> list[str]:
    return [path for _, path in replay.requests]


def parsed(**note):
    note = {"id": "abc", "forum": "abc", "content": {"title": "T"}, **note}
    body = json.dumps({"notes": [note]}).encode()
    service = Service(name="OpenReview", base_url="http://x")
    ((_, record),) = openreview.parse_notes(service, Answer(200, body, {}))
    return record


def test_openreview_tells_a_paper(replay):
    record = sources.fetch(PAPER)
    assert record.title == "Learning to Test with $\\alpha$-Nets"
    assert record.authors == ("Ada Example", "René Müller")
    assert record.abstract == "We test.\n\nThen we test again."
    assert record.venue == "ICLR" and record.venue_kind == "conference" and record.year == 2025
    assert record.kind == "inproceedings" and record.identifiers == (PAPER,)
    assert record.data_url == "https://zenodo.org/records/1"
    assert record.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_a_link_in_markdown_wins_over_its_picture(replay):
    assert sources.fetch(PAPER).code_url == "https://github.com/example/tests"


def test_one_login_serves_many_calls(replay):
    sources.fetch(PAPER)
    sources.fetch(PAPER)
    assert paths(replay) == ["/openreview/login"] + ["/openreview/notes?id=zzPaper01-_"] * 2


def test_a_token_that_is_no_longer_good_is_replaced_once(replay):
    cache.set("openreview-token", "old")
    assert sources.fetch(PAPER).year == 2025
    assert paths(replay) == [
        "/openreview/notes?id=zzPaper01-_",
        "/openreview/login",
        "/openreview/notes?id=zzPaper01-_",
    ]


def test_a_wrong_password_is_told_and_not_shown(replay, settings):
    settings.OPENREVIEW_PASSWORD = "wrong-password"
    with pytest.raises(SourceRefusedError, match="denied us access") as told:
        sources.fetch(PAPER)
    assert "wrong-password" not in str(told.value)
    assert paths(replay) == ["/openreview/login"]


def test_a_page_that_tests_browsers_is_a_refusal_not_an_empty_answer(replay):
    sources.fetch(PAPER)
    replay.fail(body=b"<!DOCTYPE html><html>Verifying your browser</html>", times=1)
    assert sources.fetch(PAPER).year == 2025  # After a new login.
    replay.fail(body=b"<!DOCTYPE html><html>Verifying your browser</html>")
    with pytest.raises(SourceRefusedError):
        sources.fetch(PAPER)


def test_a_review_leads_to_its_paper(replay):
    assert sources.fetch(PaperId("openreview", "zzReview1")) == sources.fetch(PAPER)


def test_older_venues_answer_on_the_first_interface(replay):
    record = sources.fetch(PaperId("openreview", "zzOld0001"))
    assert record.title == "Old Tests" and record.year == 2018
    assert record.venue == "CoRR" and record.venue_kind == "preprint"
    assert PaperId("arxiv", "1801.00001") in record.identifiers
    blind = sources.fetch(PaperId("openreview", "zzOld0002"))
    assert blind.authors == () and blind.abstract == "Seen by nobody."


def test_withdrawn_and_rejected_papers_are_no_publications(replay):
    gone = sources.fetch(PaperId("openreview", "zzGone001"))
    assert gone.is_withdrawn and gone.venue_kind == "preprint" and gone.venue == "OpenReview"
    rejected = sources.fetch(PaperId("openreview", "zzReject1"))
    assert not rejected.is_withdrawn and rejected.venue == "OpenReview"
    assert rejected.authors == ("Ada Example", "Bo Berg", "7")
    assert rejected.published_on == datetime.date(2024, 9, 22) and rejected.year == 2025


def test_an_unknown_paper_is_asked_of_both_interfaces(replay):
    with pytest.raises(RecordNotFoundError, match="zzNothing"):
        sources.fetch(PaperId("openreview", "zzNothing"))
    assert paths(replay)[-1].startswith("/openreview1/notes")


def test_search_finds_papers_and_no_reviews(replay):
    (found,) = sources.search("learning to test", "openreview")
    assert PAPER in found.identifiers
    assert sources.search("good tests", "openreview") == []


def test_without_an_account_openreview_is_not_asked(replay, settings):
    settings.OPENREVIEW_PASSWORD = ""
    assert sources.missing_settings("openreview") == ("OPENREVIEW_PASSWORD",)
    with pytest.raises(RecordNotFoundError):
        sources.fetch(PAPER)
    assert replay.requests == []


def test_a_fault_of_the_login_is_told(replay):
    replay.fail(status=503)
    with pytest.raises(SourceUnavailableError, match="OpenReview"):
        sources.fetch(PAPER)


VENUES = {
    ("ICLR 2025 Poster", "ICLR.cc/2025/Conference"): ("ICLR", "conference", 2025),
    ("ICLR 2023 notable top 5%", "ICLR.cc/2023/Conference"): ("ICLR", "conference", 2023),
    ("NeurIPS 2023 Datasets and Benchmarks Oral", "NeurIPS.cc/2023/Track"): (
        "NeurIPS Datasets and Benchmarks",
        "conference",
        2023,
    ),
    ("Accepted by TMLR", "TMLR"): ("TMLR", "journal", None),
    ("Under review for TMLR", "TMLR/Under_Review"): ("OpenReview", "preprint", None),
    ("J. Mach. Learn. Res. 2020", "dblp.org/journals/JMLR/2020"): (
        "J. Mach. Learn. Res.",
        "journal",
        2020,
    ),
    ("Submitted to ICLR 2025", "ICLR.cc/2025/Conference/Rejected_Submission"): (
        "OpenReview",
        "preprint",
        2025,
    ),
    ("", ""): ("OpenReview", "preprint", None),
}


@pytest.mark.parametrize(("told", "venue"), VENUES.items())
def test_forms_of_venues(told, venue):
    record = parsed(content={"title": "T", "venue": told[0], "venueid": {"value": told[1]}})
    assert (record.venue, record.venue_kind, record.year) == venue


LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-NC-SA 4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "none of these": "",
}


@pytest.mark.parametrize(("told", "address"), LICENCES.items())
def test_forms_of_licences(told, address):
    assert parsed(license=told).licence == address


def test_a_paper_taken_over_from_dblp_tells_its_key():
    bibtex = "@inproceedings{DBLP:conf/iclr/Example18,\n year = {2018}}"
    content = {"title": "T", "_bibtex": {"value": bibtex}, "html": "https://doi.org/10.1000/X"}
    record = parsed(content=content)
    assert record.identifiers[1:] == (
        PaperId("dblp", "conf/iclr/Example18"),
        PaperId("doi", "10.1000/x"),
    )
    assert record.year == 2018

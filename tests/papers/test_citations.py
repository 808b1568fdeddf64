import json

import pytest

from papers import citations
from papers.bibtex import read_bibtex
from papers.models import Paper
from tests.factories import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    made = make_paper(
        title="$\\beta$-VAE & friends: 100% learning",
        authors=("Łukasz Kaiser", "Aäron van den Oord", "LIGO Collaboration"),
        year=2017,
        venue="NIPS",
        venue_kind="conference",
        kind="inproceedings",
        pages="11-22",
        arxiv="1706.03762",
        doi="10.5555/3295222",
    )
    return Paper.objects.for_lists().get(pk=made.pk)


def test_bibtex_reads_back_as_the_same_paper(paper):
    (entry,) = read_bibtex(citations.bibtex(paper))
    record = entry.record
    assert entry.key == paper.citation_key
    assert record.title == paper.title
    assert record.authors[:2] == ("Łukasz Kaiser", "Aäron van den Oord")
    assert record.year == 2017
    assert {(n.scheme, n.value) for n in record.identifiers} >= {
        ("arxiv", "1706.03762"),
        ("doi", "10.5555/3295222"),
    }


def test_bibtex_escapes_what_tex_would_read(paper):
    text = citations.bibtex(paper)
    assert r"$\beta$-VAE \& friends: 100\% learning" in text
    assert "pages = {11--22}" in text and "@inproceedings{" in text


def test_ris_has_one_line_a_field(paper):
    lines = citations.ris(paper).split("\r\n")
    assert lines[0] == "TY  - CONF" and lines[-2] == "ER  - "
    assert "AU  - Kaiser, Łukasz" in lines and "SP  - 11" in lines and "EP  - 22" in lines


def test_csl_splits_names(paper):
    item = citations.csl(paper)
    assert item["author"][1] == {"given": "Aäron", "family": "van den Oord"}
    assert item["issued"] == {"date-parts": [[2017]]} and item["DOI"] == "10.5555/3295222"


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("bibtex", "application/x-bibtex"),
        ("ris", "application/x-research-info-systems"),
        ("csl.json", "application/json"),
    ],
)
def test_citations_are_served(client, paper, page, kind):
    answer = client.get(f"/paper/{paper.pk}/{page}")
    assert answer.status_code == 200 and answer["Content-Type"].startswith(kind)
    if page == "csl.json":
        assert json.loads(answer.content)[0]["id"] == paper.citation_key


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("https://example.org/a.pdf", True),
        ("https://sci-hub.se/x", False),
        ("ftp://x.org/a", False),
    ],
)
def test_a_citation_leads_to_no_place_that_we_do_not_link_to(url, is_told):
    made = make_paper(url=url)
    paper = Paper.objects.for_lists().get(pk=made.pk)
    for text in (citations.bibtex(paper), citations.ris(paper), str(citations.csl(paper))):
        assert (url in text) is is_told

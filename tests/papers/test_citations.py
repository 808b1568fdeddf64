import json

import bibtexparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.citations import formats
from papers.citations.bibtex_reader import read_bibtex
from papers.citations.latex_to_unicode import latex_to_text
from papers.citations.latex_writer import to_tex
from papers.identifiers import PaperId
from papers.models import Paper
from tests.support.factories import make_paper

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
    (entry,) = read_bibtex(formats.bibtex(paper))
    record = entry.record
    assert entry.key == paper.citation_key
    assert record.title == paper.title
    assert record.authors == ("Łukasz Kaiser", "Aäron van den Oord", "LIGO Collaboration")
    assert (record.venue, record.venue_kind, record.pages) == (
        formats.venue_name(paper),
        "conference",
        "11-22",
    )
    assert record.year == 2017
    assert {(n.scheme, n.value) for n in record.identifiers} >= {
        ("arxiv", "1706.03762"),
        ("doi", "10.5555/3295222"),
    }


def test_bibtex_escapes_what_tex_would_read(paper):
    text = formats.bibtex(paper)
    assert r"$\beta$-VAE \& friends: 100\% learning" in text
    assert "pages = {11--22}" in text and "@inproceedings{" in text


def test_ris_has_one_line_a_field(paper):
    lines = formats.ris(paper).split("\r\n")
    assert lines[0] == "TY  - CONF" and lines[-2] == "ER  - "
    assert "AU  - Kaiser, Łukasz" in lines and "SP  - 11" in lines and "EP  - 22" in lines


def test_csl_splits_names(paper):
    item = formats.csl(paper)
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
    for text in (formats.bibtex(paper), formats.ris(paper), str(formats.csl(paper))):
        assert (url in text) is is_told


TITLES = [
    "Braces {in} {{pairs}} and {alone",
    "Alone } too",
    "50% of A&B, #1 of x_1 ~ y^2",
    "Costs $5 and $6",
    "The path C:\\temp and \\emph{words}",
    "Sets $\\{x_i\\}$ and $\\ell^2$",
    "Ünïcödé, 深度学习, Δοκιμή 𝔸 “quoted” – dashed",
    '"Straight" quotes, at @article{a, title = {b}} signs',
    "A comma, an = and\n@article{x, on a line",
]


def entries_of(text: str) -> dict[str, dict[str, str]]:
    """{key: fields} of a file, as another program reads it."""
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return {
        entry.key: {field.key: str(field.value) for field in entry.fields}
        for entry in library.entries
    }


def reread(**told):
    """(paper, its fields as another program reads them, its record as we read it)."""
    paper = Paper.objects.for_lists().get(pk=make_paper(**told).pk)
    text = formats.bibtex(paper)
    after = entries_of(text + "\n@misc{after, title = {After}}\n")
    assert list(after) == [paper.citation_key, "after"], "what follows is not swallowed"
    (entry,) = read_bibtex(text)
    return paper, after[paper.citation_key], entry.record


@pytest.mark.parametrize("title", TITLES)
def test_no_title_breaks_its_file(title):
    paper, fields, record = reread(title=title, arxiv="1706.03762")
    assert fields["eprint"] == "1706.03762" and fields["year"] == str(paper.year)
    assert latex_to_text(fields["title"]) == record.title == " ".join(title.split())


def test_formulas_that_would_break_the_file_are_written_otherwise():
    for title in ("Of $\\{x$ alone", "Of $a_{1$ alone", "Of $50%$ and $#$"):
        reread(title=title)


@given(st.text(alphabet="{}\\$%&#_^~@\"'=, ab\n"))
def test_text_of_any_kind_stays_in_its_braces(text):
    written = to_tex(text)
    entries = entries_of(f"@misc{{a,\n  title = {{{{{written}}}}},\n  year = {{2001}}\n}}\n")
    assert entries["a"]["year"] == "2001"


NAMES = [
    ("Ludwig von Last Jr", "von Last, Jr, Ludwig", "von Last, Ludwig, Jr"),
    ("Martin Luther King III", "King, III, Martin Luther", "King, Martin Luther, III"),
    ("LIGO Collaboration", "{LIGO Collaboration}", "LIGO Collaboration"),
    ("Plato", "{Plato}", "Plato"),
    ("Maria de la Cruz", "de la Cruz, Maria", "de la Cruz, Maria"),
    ("Barnes and Noble", "{Barnes and Noble}", "Noble, Barnes and"),
    ("Ada & Co Lovelace", "Lovelace, Ada \\& Co", "Lovelace, Ada & Co"),
]


@pytest.mark.parametrize(("name", "in_bibtex", "in_ris"), NAMES)
def test_names_keep_their_parts(name, in_bibtex, in_ris):
    paper, fields, record = reread(authors=(name, "Grace Hopper"))
    assert fields["author"] == f"{in_bibtex} and Hopper, Grace"
    assert record.authors == (name, "Grace Hopper")
    assert f"AU  - {in_ris}\r\n" in formats.ris(paper)


def test_csl_tells_suffixes_and_groups():
    paper = make_paper(authors=("Ludwig von Last Jr", "LIGO Collaboration"))
    assert formats.csl(paper)["author"] == [
        {"given": "Ludwig", "family": "von Last", "suffix": "Jr"},
        {"literal": "LIGO Collaboration"},
    ]


def test_a_byline_of_thousands_is_told_whole():
    names = tuple(f"Author{number} Family{number}" for number in range(3000))
    paper, fields, record = reread(authors=names)
    assert record.authors == names and fields["author"].count(" and ") == 2999
    assert formats.ris(paper).count("AU  - ") == len(formats.csl(paper)["author"]) == 3000


def test_numbers_and_addresses_come_back_as_they_were():
    told = {
        **{"volume": "12_3", "number": "4/5", "pages": "S1–S9", "publisher": "A & B"},
        **{"doi": "10.1016/s0893-6080(05)80_23-1", "venue": "Mills & Wheels"},
        **{"venue_kind": "journal", "key": "odd, {key} #1"},
    }
    paper = Paper.objects.for_lists().get(pk=make_paper(**told).pk)
    (entry,) = read_bibtex(formats.bibtex(paper))
    record = entry.record
    assert (record.volume, record.number, record.publisher) == ("12_3", "4/5", "A & B")
    assert record.pages == "S1-S9" and record.venue == "Mills & Wheels"
    assert PaperId("doi", told["doi"]) in record.identifiers and entry.key == "odd-key-1"


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ({"arxiv": "1706.03762", "venue": "arXiv", "venue_kind": "preprint"}, "arXiv"),
        ({"venue": "PsyArXiv", "venue_kind": "preprint", "kind": "misc"}, "PsyArXiv"),
        ({"venue": "A University", "kind": "phdthesis"}, "A University"),
        ({"venue": "An Institute", "kind": "techreport"}, "An Institute"),
    ],
)
def test_where_it_appeared_comes_back(told, wanted):
    _, fields, record = reread(**told)
    assert record.venue == wanted and "journal" not in fields

"""A whole BibTeX file, good entries and broken ones."""

import io

import pytest
from django.core.management import call_command

from papers.citations.bibtex_reader import (
    MACRO_LETTERS,
    VALUE_LETTERS,
    BrokenEntry,
    Entry,
    read_bibtex,
)
from papers.models import Authorship, Identifier, Paper
from tests.support.bibtex_files import generate
from tests.support.factories import make_user


@pytest.mark.crawl
@pytest.mark.django_db
def test_5000_entries_with_20_broken_ones(tmp_path):
    file = tmp_path / "big.bib"
    file.write_text(generate(5000, 20))
    out, err = io.StringIO(), io.StringIO()
    call_command("import_bibtex", str(file), stdout=out, stderr=err)
    assert Paper.objects.count() == 4980
    assert "4,980 added" in out.getvalue() and "20 broken" in out.getvalue()
    told = [line for line in err.getvalue().splitlines() if line.startswith("line ")]
    assert len(told) == 20 and all("broken" in line for line in told)
    assert "200 records: " in err.getvalue()
    paper = Paper.objects.get(citation_key="key1")
    assert paper.title == "On the Lemma Number 1 and its $\\alpha_{1}$"
    assert (
        paper.authors_text.startswith("René Müller; ") and paper.publisher == "Example Press, Ltd"
    )

    before = (Identifier.objects.count(), Authorship.objects.count())
    newest = Paper.objects.latest("updated_at").updated_at
    out = io.StringIO()
    call_command("import_bibtex", str(file), "--quiet", stdout=out, stderr=io.StringIO())
    assert "0 added, 0 completed, 4,980 already known, 20 broken" in out.getvalue()
    assert (Identifier.objects.count(), Authorship.objects.count()) == before
    assert Paper.objects.latest("updated_at").updated_at == newest


def read(text: str | bytes):
    return list(read_bibtex(text))


def record(text: str | bytes):
    (entry,) = read(text)
    assert isinstance(entry, Entry), entry
    return entry.record


CASES = {
    "quotes": '@article{a, title = "A {B} c", year = 2001}',
    "braces": "@article{a, title = {A B c}, year = {2001}}",
    "parentheses": "@article(a, title = {A B c}, year = 2001)",
    "capitals": "@ARTICLE{a, TITLE = {A B c}, YEAR = 2001}",
    "blanks": "@ article { a , title = {A  B\n c} , year = 2001 , }",
    "text around": "Some words.\n@article{a, title = {A B c}, year = 2001}\nMore words.",
    "macro": '@string{t = "A B"}\n@article{a, title = t # " c", year = 2001}',
    "comment before": "@comment{x}\n@article{a, title = {A B c}, year = 2001}",
    "final stop": "@article{a, title = {A B c.}, year = 2001}",
    "Windows line ends": "@article{a,\r\n title = {A B c},\r\n year = 2001\r\n}",
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_one_entry_in_many_shapes(text):
    told = record(text)
    assert (told.title, told.year) == ("A B c", 2001)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("eprint = {1706.03762}, archiveprefix = {arXiv}", ("arxiv", "1706.03762")),
        ("journal = {CoRR}, volume = {abs/1706.03762}", ("arxiv", "1706.03762")),
        ("journal = {arXiv preprint arXiv:1706.03762}", ("arxiv", "1706.03762")),
        ("ee = {http://arxiv.org/abs/1706.03762v2}", ("arxiv", "1706.03762")),
        ("note = {cite arxiv:1706.03762Comment: 15 pages}", ("arxiv", "1706.03762")),
        ("doi = {10.1109/CVPR.2016.90}", ("doi", "10.1109/cvpr.2016.90")),
        ("doi = {https://doi.org/10.1000/a\\_b}", ("doi", "10.1000/a_b")),
        ("url = {https://doi.org/10.1000/xyz}", ("doi", "10.1000/xyz")),
        ("url = {https://openreview.net/forum?id=rJ4km2R5t7}", ("openreview", "rJ4km2R5t7")),
        ("pmid = {31452104}", ("pmid", "31452104")),
    ],
)
def test_names_are_found_wherever_people_write_them(field, name):
    told = record(f"@article{{some2017key, title = {{T}}, {field}}}")
    assert name in [(item.scheme, item.value) for item in told.identifiers]


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Yu, Fisher and Zhang, Yinda", ("Fisher Yu", "Yinda Zhang")),
        ("Fisher Yu and Yinda Zhang and others", ("Fisher Yu", "Yinda Zhang")),
        ('van den Oord, A{\\"a}ron', ("Aäron van den Oord",)),
        (
            "{LIGO Scientific Collaboration} and Ada Example",
            ("LIGO Scientific Collaboration", "Ada Example"),
        ),
        ("{\\L}ukasz Kaiser", ("Łukasz Kaiser",)),
        ("King, Jr., Martin Luther", ("Martin Luther King Jr.",)),
        ("Erd{\\H o}s, P{\\'a}l", ("Pál Erdős",)),
        ("\\v{C}ech, Eduard", ("Eduard Čech",)),
        ("{Barnes and Noble}", ("Barnes and Noble",)),
    ],
)
def test_authors_become_given_family(author, names):
    assert record(f"@article{{a, title = {{T}}, author = {{{author}}}}}").authors == names


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("@article{a, year = 2001}", 1, "no title"),
        (
            "\n\n@article{a, title = {T, year = 2001\n\n@article{b, title = {B}}",
            3,
            "a brace is not closed",
        ),
        ("@article{a}", 1, ""),
    ],
)
def test_a_broken_entry_is_told_with_line_and_reason(text, line, reason):
    broken = read(text)[0]
    assert isinstance(broken, BrokenEntry)
    assert broken.line == line and reason in broken.reason and broken.key == "a"


def test_a_broken_entry_loses_only_itself():
    entries = read("@article{a, title = {A}}\n@article{b, title = {B\n@article{c, title = {C}}\n")
    assert [entry.key for entry in entries] == ["a", "b", "c"]
    assert isinstance(entries[2], Entry)


def test_a_child_takes_from_its_parent_wherever_it_stands():
    child, _ = read(
        "@inproceedings{a, title = {T}, crossref = {p}}\n"
        "@proceedings{p, title = {Conference on Tests}, year = 2003, publisher = {X}}"
    )
    assert child.record.venue == "Conference on Tests" and child.record.year == 2003


@pytest.mark.parametrize(
    "data",
    [
        "@article{a, title = {Über}}".encode(),
        b"\xef\xbb\xbf" + "@article{a, title = {Über}}".encode(),
        "@article{a, title = {Über}}".encode("utf-16"),
        "@article{a, title = {Über}}".encode("windows-1252"),
        "% Encoding: windows-1252\n@article{a, title = {Über}}".encode("windows-1252"),
    ],
    ids=["UTF-8", "with mark", "UTF-16", "windows-1252", "declared"],
)
def test_encodings(data):
    assert record(data).title == "Über"


@pytest.mark.django_db
def test_the_page_tells_what_came_of_each_entry(client):
    client.force_login(make_user())
    answer = client.post(
        "/add",
        {"method": "bibtex", "text": "@article{a, title = {A good one}}\n@article{b, year = 1}"},
    )
    text = answer.content.decode()
    assert answer.status_code == 200 and "1 of 2 entries imported" in text
    assert "A good one" in text and "it has no title" in text


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "no entry here"])
def test_nothing_to_import_is_told_and_kept(client, text):
    client.force_login(make_user())
    answer = client.post("/add", {"method": "bibtex", "text": text})
    assert answer.status_code == 422 and text in answer.content.decode()


def test_macros_of_macros_stay_small():
    doubling = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(60))
    text = (
        f'@string{{s0 = "ab"}}\n{doubling}@article{{a, title = s60 # {" # ".join(["s60"] * 500)}}}'
    )
    (entry,) = read_bibtex(text)
    read = entry.record.title if isinstance(entry, Entry) else entry.reason
    assert len(read) <= VALUE_LETTERS + MACRO_LETTERS

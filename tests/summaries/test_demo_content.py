"""The files under summaries/demo/ agree with each other and with what README.md there says."""

import json

import pytest

from papers.identifiers import parse_identifier
from summaries.demo import FOLDER, read_front_matter, seed
from summaries.rendering import CitedPaper, citation_keys, render_document


def read(name):
    return json.loads((FOLDER / name).read_text("utf-8"))


PAPERS = read("papers.json")
PEOPLE = {told["username"]: told for told in read("people.json")}
COMMENTS = read("comments.json")
FILES = {path.stem: path for path in sorted(FOLDER.glob("summaries/*.md"))}
SUMMARIES = {name: read_front_matter(path.read_text("utf-8")) for name, path in FILES.items()}
SCHEMES = ("arxiv", "doi", "dblp")
IDENTIFIERS = {told[scheme] for told in PAPERS for scheme in SCHEMES if told[scheme]}


@pytest.mark.parametrize("told", PAPERS, ids=lambda told: told["title"][:40])
def test_a_paper_has_normal_identifiers_and_authors(told):
    assert any(told[scheme] for scheme in SCHEMES)
    for scheme in SCHEMES:
        if told[scheme]:
            name = parse_identifier(told[scheme])
            assert (name.scheme, name.value) == (scheme, told[scheme])
    assert told["authors"] and all(author == author.strip() for author in told["authors"])
    assert 2010 <= told["year"] <= 2025


def test_no_paper_stands_twice():
    names = [told[scheme] for told in PAPERS for scheme in SCHEMES if told[scheme]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_renders_without_problems(name):
    told, text = SUMMARIES[name]
    keys = citation_keys(text)
    papers = {key: CitedPaper(url="/paper/1", reference="A, 2015", title="A") for key in keys}
    document = render_document(text, papers=papers)
    assert document.problems == ()
    assert document.word_count >= 200
    assert set(keys) <= IDENTIFIERS - {told["paper"]}


@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_is_by_somebody_who_had_joined(name):
    told, _ = SUMMARIES[name]
    assert told["paper"] in IDENTIFIERS
    assert 0 < float(told["days_ago"]) < PEOPLE[told["author"]]["joined_days_ago"]
    assert int(told["up"]) + int(told["down"]) < len(PEOPLE) - 1


def test_nobody_writes_twice_about_a_paper():
    pairs = [(told["paper"], told["author"]) for told, _ in SUMMARIES.values()]
    assert len(pairs) == len(set(pairs))


def test_comments_are_by_people_on_summaries_that_exist():
    for told in COMMENTS:
        assert told["summary"] in SUMMARIES
        assert {told["author"], *(reply["author"] for reply in told.get("replies", ()))} <= {
            *PEOPLE
        }


@pytest.mark.django_db
def test_seeding_twice_changes_nothing():
    first = seed(say=lambda line: None)
    assert seed(say=lambda line: None) == first
    assert first["papers"] == len(PAPERS)
    assert first["summaries"] == len(SUMMARIES)

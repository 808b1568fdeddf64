import dataclasses
import datetime
import itertools

import pytest

from papers.curation.unmerge import undo
from papers.identifiers import PaperId
from papers.importing.paper_bundle import author_slug
from papers.importing.pipeline import (
    UnknownIdentifierError,
    find_paper,
    import_paper,
    import_record,
)
from papers.models import Identifier, Merge, MergeProposal, Paper, Venue
from papers.sources import record_from_json, record_to_json
from tests.support.factories import make_record

pytestmark = pytest.mark.django_db

ARXIV = {
    "source": "arxiv",
    "title": "Neural Machine Translation by Jointly Learning to Align and Translate",
    "authors": ("Dzmitry Bahdanau", "Kyunghyun Cho", "Yoshua Bengio"),
    "year": 2014,
    "arxiv": "1409.0473",
    "abstract": "It looks back at the whole sentence.",
    "categories": ("cs.CL", "cs.LG"),
    "venue_kind": "preprint",
}
DBLP = {
    "source": "bibsonomy",
    "title": ARXIV["title"],
    "authors": ARXIV["authors"],
    "year": 2015,
    "dblp": "conf/iclr/BahdanauCB14",
    "arxiv": "1409.0473",
    "venue": "ICLR",
    "venue_kind": "conference",
    "kind": "inproceedings",
}
BIBTEX = {
    "source": "bibtex",
    "title": ARXIV["title"],
    "authors": ARXIV["authors"],
    "year": 2015,
    "venue": "International Conference on Learning Representations",
    "venue_kind": "conference",
    "kind": "inproceedings",
}


def described(paper: Paper) -> dict[str, object]:
    paper = Paper.objects.get(pk=paper.pk)
    return {
        "title": paper.title,
        "year": paper.year,
        "venue": str(paper.venue),
        "field": str(paper.field),
        "abstract": paper.abstract,
        "kind": paper.kind,
        "is_preprint": paper.is_preprint,
        "authors": list(paper.authorships.values_list("name", flat=True)),
    }


@pytest.mark.parametrize("order", list(itertools.permutations([ARXIV, DBLP, BIBTEX])))
def test_three_sources_in_any_order_make_one_paper(order):
    for told in order:
        import_record(make_record(**told))
    paper = Paper.objects.get()
    assert described(paper) == {
        "title": ARXIV["title"],
        "year": 2015,
        "venue": "ICLR",
        "field": "Language",
        "abstract": ARXIV["abstract"],
        "kind": "inproceedings",
        "is_preprint": False,
        "authors": list(ARXIV["authors"]),
    }
    for scheme, value in [("arxiv", "1409.0473"), ("dblp", "conf/iclr/BahdanauCB14")]:
        assert find_paper(PaperId(scheme, value)) == paper


def test_importing_twice_changes_nothing():
    first = import_record(make_record(**ARXIV))
    before = Paper.objects.get().updated_at
    again = import_record(make_record(**ARXIV))
    assert (first.outcome, again.outcome) == ("added", "known")
    assert Paper.objects.get().updated_at == before


def test_a_preprint_is_of_arxiv_until_it_is_published():
    paper = import_record(make_record(**ARXIV)).paper
    assert paper.venue.name == "arXiv" and paper.is_preprint and paper.year == 2014


def test_what_a_person_corrected_stays():
    paper = import_record(make_record(**ARXIV)).paper
    Paper.objects.filter(pk=paper.pk).update(title="Right", corrected_fields=["title"])
    import_record(make_record(**DBLP))
    assert Paper.objects.get().title == "Right" and Paper.objects.get().year == 2015


def test_equal_titles_alone_are_no_reason_to_merge():
    import_record(make_record(title="Editorial", authors=("Ada Lovelace",), year=2001))
    import_record(make_record(title="Editorial", authors=("Alan Turing",), year=2001))
    assert Paper.objects.count() == 2


def test_a_citation_key_that_people_chose_finds_no_other_paper():
    key = (PaperId("key", "smith2019"),)
    first = import_record(make_record(title="One", identifiers=key)).paper
    second = import_record(make_record(title="Two", identifiers=key)).paper
    assert first != second and first.citation_key == "smith2019" != second.citation_key
    assert find_paper(PaperId("key", "smith2019")) == first


def test_an_unknown_venue_is_provisional_and_made_once():
    for title in ("One", "Two"):
        import_record(
            make_record(title=title, venue="Proceedings of the 3rd Workshop on Tests 2019")
        )
        import_record(make_record(title=title + "b", venue="4th Workshop on Tests (WoT 2020)"))
    assert Venue.objects.filter(is_provisional=True).count() == 1


def test_math_in_titles_is_typeset_and_markup_is_text():
    paper = import_record(make_record(title="$\\beta$-VAE <script>alert(1)</script>")).paper
    assert "<math" in paper.title_html and "<script" not in paper.title_html


def test_three_thousand_authors_keep_their_order():
    names = tuple(f"Given{n} Family{n}" for n in range(3000))
    paper = import_record(make_record(authors=names)).paper
    assert list(paper.authorships.values_list("name", flat=True)) == list(names)


def test_a_record_without_a_title_is_refused():
    with pytest.raises(ValueError, match="no title"):
        import_record(make_record(title="  "))
    assert not Identifier.objects.exists()


def test_what_is_no_identifier_is_told_with_an_example():
    with pytest.raises(UnknownIdentifierError, match=r"1706\.03762"):
        import_paper(identifier="what is this?")


def test_a_record_survives_json():
    record = make_record(**DBLP, published_on=datetime.date(2015, 5, 7))
    assert record_from_json(record_to_json(record)) == record


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Łukasz Kaiser", "lukasz-kaiser"),
        ("Aäron van den Oord", "aaron-van-den-oord"),
        ("Søren Ørsted", "soren-orsted"),
        ("王小明", "王小明"),
        ("???", "unknown"),
    ],
)
def test_authors_have_readable_addresses(name, slug):
    assert author_slug(name) == slug


def test_a_record_with_the_names_of_two_papers_makes_them_one():
    preprint = import_record(make_record(source="arxiv", title="On X", arxiv="1203.0001")).paper
    printed = import_record(
        make_record(source="crossref", title="About X", doi="10.1/x", year=2019, venue="Nature")
    ).paper
    assert preprint != printed
    told = make_record(source="arxiv-oai", title="On X", arxiv="1203.0001", doi="10.1/x")
    assert import_record(told).paper == preprint
    paper = Paper.objects.get()
    assert (paper.title, paper.venue.name, paper.year) == ("On X", "Nature", 2019)
    assert {record.source for record in paper.source_records.all()} == {
        "arxiv",
        "arxiv-oai",
        "crossref",
    }


def test_a_file_of_a_member_does_not_make_two_works_one():
    one = import_record(make_record(source="arxiv", title="On X", arxiv="1203.0001")).paper
    other = import_record(
        make_record(source="crossref", title="Sheep", authors=("Dolly Smith",), doi="10.1/x")
    ).paper
    import_record(make_record(source="bibtex", title="On X", arxiv="1203.0001", doi="10.1/x"))
    assert set(Paper.objects.all()) == {one, other}


def test_what_moderators_took_apart_stays_apart(alice):
    import_record(make_record(source="arxiv", title="On X", arxiv="1203.0001"))
    import_record(make_record(source="crossref", title="About X", doi="10.1/x", year=2019))
    told = make_record(source="arxiv-oai", title="On X", arxiv="1203.0001", doi="10.1/x")
    import_record(told)
    undo(Merge.objects.get(), undone_by=alice)
    import_record(dataclasses.replace(told, abstract="It is about X."))
    assert Paper.objects.count() == 2


def test_an_equal_title_is_proposed_to_moderators():
    for year, doi in [(2015, "10.1/a"), (2016, "10.1/b")]:
        import_record(
            make_record(source="crossref", title="On X", year=year, doi=doi, venue="Nature")
        )
    assert Paper.objects.count() == 2
    assert MergeProposal.objects.get().proposed_by is None


def test_a_wrong_doi_does_not_join_works_that_have_nothing_in_common():
    right = import_record(
        make_record(source="crossref", title="Sheep", authors=("Dolly Smith",), doi="10.1/x")
    ).paper
    wrong = import_record(
        make_record(source="arxiv", title="On fields", arxiv="1203.0001", doi="10.1/x")
    ).paper
    assert right != wrong
    assert find_paper(PaperId("doi", "10.1/x")) == right


def test_two_arxiv_papers_with_one_doi_stay_two():
    papers = {
        import_record(
            make_record(source="arxiv", title=f"On X, part {n}", arxiv=f"1203.000{n}", doi="10.1/x")
        ).paper
        for n in (1, 2)
    }
    assert len(papers) == 2


def test_letters_that_no_database_takes_are_left_out():
    told = make_record(
        source="crossref", title="On\x00 Göd\x0bel\ud800", authors=("Kurt\x00 G",), doi="10.1/\x00x"
    )
    paper = import_record(told).paper
    assert (paper.title, paper.authors_text) == ("On Gödel", "Kurt G")
    assert find_paper(PaperId("doi", "10.1/x")) == paper
    assert import_record(told).outcome == "known"


def test_a_name_that_only_a_file_claimed_goes_to_the_work_that_its_catalogue_tells():
    file = make_record(
        source="bibtex", title="Buy sheep", authors=("Dolly Smith",), doi="10.1/x", year=2020
    )
    claimed = import_record(file).paper
    told = make_record(source="crossref", title="On fields", authors=("Ada B",), doi="10.1/x")
    real = import_record(told).paper
    assert real != claimed and find_paper(PaperId("doi", "10.1/x")) == real
    assert import_record(file).outcome == "known"
    assert import_record(told).outcome == "known"
    assert Paper.objects.count() == 2


def test_a_catalogue_may_correct_all_that_it_said_of_a_name():
    first = make_record(source="crossref", title="Untitled", authors=("N N",), doi="10.1/x")
    paper = import_record(first).paper
    told = make_record(source="crossref", title="On fields", authors=("Ada Byron",), doi="10.1/x")
    assert import_record(told).paper == paper
    assert Paper.objects.get().title == "On fields"

"""What may be one work is proposed to moderators, once, and never against their word."""

import importlib

import pytest
from django.apps import apps

from papers.bibsonomy_hash import title_key
from papers.curation.merge import merge
from papers.curation.unmerge import undo
from papers.importing.duplicates import (
    are_distinct,
    candidates,
    decline,
    known_pairs,
    propose,
    propose_duplicates,
)
from papers.importing.pipeline import import_records
from papers.models import Decision, MergeProposal, Paper
from tests.support.factories import make_paper, make_record

pytestmark = pytest.mark.django_db


def make_pair(**other) -> list[Paper]:
    """Two papers whose titles are spelled alike, told by different catalogues."""
    told = {"title": "On Merging: a Survey", "authors": ("Ada Lovelace", "Alan Turing")}
    one = make_paper(**told, year=2016, source="crossref", doi="10.1/a", venue="Nature")
    # Another byline, so that no hash of the whole finds the first.
    more = {"title": "On merging — a survey", "authors": ("A. Lovelace",), "year": 2016}
    two = make_paper(**{**more, "source": "dblp", "doi": "10.1/b", "venue": "Science", **other})
    MergeProposal.objects.all().delete()
    return [one, two]


@pytest.mark.parametrize(
    ("title", "authors", "like"),
    [
        ("On merging: a survey", "Ada Lovelace; Alan Turing", True),
        ("ON MERGING A SURVEY!", "A. Lovelace", True),
        ("On mérging -- a survey", "Áda Lovelace; Somebody Else", True),
        ("On merging: a second survey", "Ada Lovelace", False),
        ("On merging: a survey", "Alan Turing; Ada Lovelace", False),
        ("On merging: a survey", "Bob Lovelace", False),
    ],
)
def test_the_key_forgives_spelling_and_nothing_else(title, authors, like):
    key = title_key("On Merging: A Survey", "Ada Lovelace; Alan Turing")
    assert len(key) == 32
    assert (title_key(title, authors) == key) == like


@pytest.mark.parametrize(
    ("title", "authors"), [("Editorial", "Ada Lovelace"), ("On things", ""), ("…", "Ada Lovelace")]
)
def test_what_tells_nothing_has_no_key(title, authors):
    assert title_key(title, authors) == ""


@pytest.mark.parametrize(
    ("other", "is_proposed"),
    [
        ({}, True),
        ({"year": 2017}, True),
        ({"year": 2015}, True),
        ({"year": 2018}, False),
        ({"year": None}, False),
        ({"title": "On merging, part two"}, False),
        ({"authors": ("Alan Turing",)}, False),
        ({"authors": ()}, False),
    ],
)
def test_equal_title_first_author_and_year_propose_a_merge(other, is_proposed):
    one, two = make_pair(**other)
    assert propose_duplicates([two]) == is_proposed
    pairs = [(proposal.first, proposal.second) for proposal in MergeProposal.objects.all()]
    assert pairs == ([(one, two)] if is_proposed else [])
    assert all(proposal.proposed_by is None for proposal in MergeProposal.objects.all())


def test_an_import_proposes_by_itself_and_merges_nothing():
    one, two = make_pair()
    told = make_record(
        title="On merging, a survey",
        authors=("Ada L. Lovelace", "C. Third"),
        year=2016,
        doi="10.1/c",
    )
    added = import_records([told])[0].paper
    assert Paper.objects.count() == 3
    pairs = set(MergeProposal.objects.values_list("first", "second"))
    assert pairs == {(one.pk, added.pk), (two.pk, added.pk)}


def test_doubles_within_one_batch_are_found():
    told = {"title": "Twins", "year": 2016}
    papers = import_records(
        [
            make_record(**told, authors=("Ada Lovelace",), doi="10.1/a"),
            make_record(**told, authors=("A. Lovelace", "B. Else"), doi="10.1/b"),
        ]
    )
    assert {imported.outcome for imported in papers} == {"added"}
    assert MergeProposal.objects.count() == 1


def test_a_pair_is_proposed_once():
    pair = make_pair()
    assert [propose_duplicates(pair) for _ in range(3)] == [1, 0, 0]
    assert propose([(pair[1], pair[0], "Again."), (pair[0], pair[0], "Itself.")]) == 0
    assert MergeProposal.objects.count() == 1


def test_a_declined_pair_is_not_proposed_again(alice):
    pair = make_pair()
    propose_duplicates(pair)
    decline(MergeProposal.objects.get(), decided_by=alice)
    assert propose_duplicates(pair) == 0 and propose([(*pair, "Again.")]) == 0
    assert MergeProposal.objects.get().state == Decision.DECLINED
    assert are_distinct(pair[1].pk, pair[0].pk)


def test_a_pair_that_was_taken_apart_is_not_proposed_again(alice):
    one, two = make_pair()
    numbers = one.pk, two.pk
    undo(merge(kept=one, merged=two, merged_by=None), undone_by=alice)
    assert known_pairs([numbers]) == {numbers} and are_distinct(*numbers)
    assert propose_duplicates(list(Paper.objects.all())) == 0


def test_a_pair_that_waits_is_not_told_apart():
    pair = make_pair()
    assert not are_distinct(pair[0].pk, pair[1].pk)
    propose_duplicates(pair)
    assert not are_distinct(pair[0].pk, pair[1].pk)


def test_a_series_of_one_title_is_no_double():
    papers = [
        make_paper(
            title="Annual report",
            year=2016,
            doi=f"10.1/{n}",
            pages=f"{n}",
            authors=("A. B", f"C. {'x' * n}"),
        )
        for n in range(1, 8)
    ]
    MergeProposal.objects.all().delete()
    assert propose_duplicates(papers) == 0


@pytest.mark.parametrize("count", [1, 40])
def test_a_batch_without_doubles_asks_once(count, django_assert_num_queries):
    papers = [make_paper() for _ in range(count)]
    with django_assert_num_queries(1):
        assert propose_duplicates(papers) == 0


@pytest.mark.parametrize("count", [1, 10])
def test_a_batch_of_doubles_asks_a_few_times(count, django_assert_num_queries):
    papers = []
    for number in range(count):
        for authors in (("Ada Lovelace",), ("A. Lovelace", "B. Else")):
            told = {"title": f"Twins {number}", "year": 2016, "authors": authors}
            papers.append(make_paper(**told, doi=f"10.1/{number}.{len(authors)}"))
    MergeProposal.objects.all().delete()
    with django_assert_num_queries(4):
        assert propose_duplicates(papers) == count


def test_papers_that_were_there_before_get_their_keys():
    pair = make_pair()
    Paper.objects.update(title_key="")
    migration = importlib.import_module("papers.migrations.0007_title_keys_of_papers")
    migration.write_keys(apps, None)
    assert propose_duplicates(Paper.objects.all()) == 1
    assert {paper.title_key for paper in Paper.objects.all()} == {pair[0].title_key}


def test_nothing_to_propose_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert propose_duplicates([]) == 0
        assert propose([]) == 0


def test_candidates_are_the_same_title_first():
    one, two = make_pair(year=2030)
    make_paper(title="Quite another subject")
    like = make_paper(title="A survey on merging and more")
    assert candidates(one) == [two, like]


def test_operators_in_a_title_are_words():
    paper = make_paper(title='title: -x "y" author:z')
    assert candidates(paper) == []

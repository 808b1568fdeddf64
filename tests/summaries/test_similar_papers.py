"""Papers that are alike: what the nightly comparison finds, and what it leaves alone."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.text.tfidf import Likeness
from summaries.models import SimilarPapers
from summaries.similar_papers import compare_papers, similar_to
from tests.support.factories import make_paper, make_summary

TOPICS = {
    "translation": "attention decoder encoder translation sentence alignment",
    "proteins": "protein residue folding backbone sequence crystal",
    "galaxies": "galaxy redshift spectrum telescope halo supernova",
}


def nearest(documents: dict[int, str], most: int = 3) -> dict[int, list[int]]:
    likeness = Likeness()
    for number, text in documents.items():
        likeness.add(number, text.split())
    return dict(likeness.nearest(most))


def test_documents_that_share_rare_words_are_alike():
    found = nearest(
        {1: "cat purr milk", 2: "cat purr sofa", 3: "dog bark bone", 4: "dog bark milk"}
    )
    assert found[1] == [2] and found[2] == [1] and found[3] == [4]


def test_one_shared_word_is_an_accident():
    assert nearest({1: "cat purr", 2: "cat bark"}) == {1: [], 2: []}


def test_words_of_every_document_tell_nothing():
    filler = {number: f"we show that only{number}" for number in range(10, 60)}
    found = nearest({1: "we show that cats purr", 2: "we show that dogs bark", **filler})
    assert found[1] == [] == found[2]


def test_nothing_and_one_document_are_no_error():
    assert nearest({}) == {} and nearest({1: "alone here"}) == {1: []}


@pytest.fixture
def papers(db):
    found = {}
    for topic, words in TOPICS.items():
        for number in range(3):
            paper = make_paper(title=words.split()[number], abstract=words)
            make_summary(paper=paper, text=f"On {words}.")
            found[topic, number] = paper
    return found


def test_papers_of_one_subject_stand_beside_each_other(papers):
    assert compare_papers(batch_size=2) == 9
    for (topic, _), paper in papers.items():
        others = {found for found in papers.values() if paper != found}
        alike = similar_to(paper, most=6)
        assert set(alike) == {papers[topic, number] for number in range(3)} & others


def test_a_second_night_writes_nothing_and_forgets_what_lost_its_summary(papers):
    call_command("compare_papers")
    assert compare_papers() == 0
    lost = papers["galaxies", 0]
    lost.summaries.update(state="hidden")
    type(lost).objects.filter(pk=lost.pk).update(summary_count=0)
    assert lost not in similar_to(papers["galaxies", 1], most=6)
    compare_papers()
    assert not SimilarPapers.objects.filter(paper=lost).exists()


def test_private_words_make_nothing_alike(db):
    one, two = make_paper(title="First"), make_paper(title="Second")
    for paper in (one, two):
        make_summary(paper=paper, text="Hello.")
        make_summary(paper=paper, text="The secret tokamak diverter plasma.", state="private")
    compare_papers()
    assert similar_to(one, most=6) == []


def test_batches_keep_the_number_of_queries_small(papers):
    with CaptureQueriesContext(connection) as captured:
        compare_papers()
    assert len(captured) <= 10

"""Words that people may have meant, and counting many things at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.db.grouped_counts import CountedColumn, capped_counts, count_values
from common.fulltext import parse, spelling
from papers.models import Field, Paper
from papers.search import SearchWord

SLIPS = [
    ("atention", "attention", 1),
    ("attenton", "attention", 1),
    ("attentoin", "attention", 1),
    ("attantion", "attention", 1),
    ("atenttion", "attention", 2),
    ("trasnfomer", "transformer", 2),
    ("convulotional", "convolutional", 2),
    ("xdversarial", "adversarial", 1),
    ("hinten", "hinton", 1),
    ("normalizaton", "normalization", 1),
    ("generativ", "generative", 1),
    ("depp", "deep", 1),
    ("επαναληψι", "επαναληψη", 1),
]


@pytest.mark.parametrize(("typed", "meant", "slips"), SLIPS)
def test_a_misspelt_word_shares_a_key_with_the_word_that_was_meant(typed, meant, slips):
    assert spelling.asking_keys(typed) & spelling.filing_keys(meant)
    assert spelling.misspellings(typed, meant, most=3) == slips
    assert spelling.nearest_words(typed, [meant, "unrelated"], most=5) == [(slips, meant)]


@given(st.text("abcde", min_size=4, max_size=12), st.data())
def test_one_slip_anywhere_always_leaves_a_key(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    slipped = data.draw(
        st.sampled_from(
            [
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
            ]
        )
    )
    assert spelling.misspellings(slipped, word, most=3) <= 1
    assert spelling.asking_keys(slipped) & spelling.filing_keys(word)


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_slips_are_the_same_from_either_side(one, other):
    assert spelling.misspellings(one, other, most=3) == spelling.misspellings(other, one, most=3)
    assert (spelling.misspellings(one, other, most=3) == 0) == (one == other)


def test_a_question_is_respelled_and_keeps_the_rest():
    query = parse('Atention -atention "layer normalizaton" x', spelling_operators())
    right = {"atention": "attention", "normalizaton": "normalization"}
    assert spelling.respelled(query, right) == 'attention -attention "layer normalization" x'


def spelling_operators():
    from papers.search import OPERATORS

    return OPERATORS


def test_filters_and_operators_are_no_words_to_respell():
    query = parse("author:hinten in:visoin year:2017", spelling_operators())
    assert spelling.doubtable(query) == {"hinten": "authors"}
    right = {"hinten": "hinton", "visoin": "vision", "author": "x"}
    assert spelling.respelled(query, right) == "author:hinton in:visoin year:2017"


@pytest.mark.django_db
def test_a_vocabulary_learns_whole_words_once_and_knows_what_is_near():
    vocabulary = SearchWord.vocabulary
    assert vocabulary.learn(["Deep Learning", "of {Émile}, 3D x2 an"]) == 3
    assert vocabulary.learn(["deep learning"]) == 0
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"deep", "learning", "emile"}
    near = vocabulary.near(["lerning", "deeplearning", "zzzz"], most=3)
    assert near == {
        "lerning": [(1, "learning")],
        "deeplearning": [(1, "deep learning")],
        "zzzz": [],
    }


@pytest.mark.django_db
def test_learning_takes_two_queries_for_any_number_of_words(django_assert_num_queries):
    with django_assert_num_queries(2):
        SearchWord.vocabulary.learn(
            chr(97 + a) + chr(97 + b) + chr(97 + c) + "net"
            for a in range(26)
            for b in range(8)
            for c in range(8)
        )


@pytest.mark.django_db
def test_a_tally_counts_in_one_query(django_assert_num_queries):
    vision = Field.objects.get(slug="vision")
    for year, field in [(2015, vision), (2015, None), (2017, vision), (None, vision)]:
        Paper.objects.create(title="x", citation_key=f"k{year}{field}", year=year, field=field)
    asked = [
        CountedColumn("year", 5, by_value=True),
        CountedColumn("field_id", 5),
        CountedColumn("venue_id", 5),
    ]
    with django_assert_num_queries(1):
        assert count_values(Paper.objects.all(), asked) == (
            4,
            [[(2017, 1), (2015, 2)], [(vision.pk, 3)], []],
        )
    assert count_values(Paper.objects.none(), asked) == (0, [[], [], []])
    with django_assert_num_queries(1):
        rows = [Paper.objects.filter(year=2015), Paper.objects.none(), Paper.objects.all()]
        assert capped_counts(rows, most=3) == [2, 0, 3]
    assert capped_counts([], most=3) == []

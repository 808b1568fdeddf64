"""The fields of the site and arXiv's categories under them."""

import pytest

from papers.subject_fields import (
    CATEGORY_FIELDS,
    CATEGORY_NAMES,
    FIELDS,
    OAI_GROUPS,
    category_name,
    field_of_categories,
    oai_sets,
)


def test_every_category_belongs_to_a_field_and_every_field_has_categories():
    assert len([code for code in CATEGORY_NAMES if "." in code]) == 155 - len(
        {"gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nucl-ex", "nucl-th"}
        | {"quant-ph"}
    )
    assert set(CATEGORY_FIELDS.values()) == set(FIELDS)
    assert all(CATEGORY_NAMES.values())


def test_the_archive_of_every_category_is_known_too():
    assert {code.partition(".")[0] for code in CATEGORY_NAMES} <= set(CATEGORY_NAMES)


def test_parents_stand_before_their_children():
    seen = set()
    for slug, (_, parent) in FIELDS.items():
        assert not parent or parent in seen
        seen.add(slug)


@pytest.mark.parametrize(
    ("categories", "field"),
    [
        (["cs.CV", "cs.LG"], "vision"),
        (["cs.LG", "cs.CV"], "machine-learning"),
        (["hep-th"], "particle-physics"),
        (["astro-ph"], "astronomy"),
        (["astro-ph.GA"], "astronomy"),
        (["q-bio.NC"], "neuroscience"),
        (["physics.chem-ph"], "chemistry"),
        (["alg-geom"], "mathematics"),
        (["cmp-lg"], "language"),
        (["math.ST", "stat.TH"], "statistics"),
        # A category younger than this list belongs where its archive does.
        (["cs.ZZ"], "computer-science"),
        (["unheard-of", "q-fin.ST"], "economics"),
        (["unheard-of"], ""),
        ([], ""),
    ],
)
def test_the_first_category_decides(categories, field):
    assert field_of_categories(categories) == field


def test_a_category_has_a_name_and_an_unknown_one_stays_a_code():
    assert category_name("stat.ML") == "Machine Learning"
    assert category_name("xx.YY") == "xx.YY"


@pytest.mark.parametrize("slug", FIELDS)
def test_the_new_papers_of_every_field_can_be_harvested(slug):
    sets = oai_sets(slug)
    assert sets
    assert all(name.split(":")[0] in OAI_GROUPS.values() for name in sets)

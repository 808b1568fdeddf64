import pytest

from papers.identifiers import Name
from papers.models import Venue
from papers.venues import find_venue, normalise_venue_name


@pytest.mark.parametrize(
    "name",
    [
        "International Conference on Machine Learning",
        "Proceedings of the 32nd International Conference on Machine Learning (ICML 2015)",
        "In Proceedings of the Thirty-Second International Conference on Machine Learning",
        "INTERNATIONAL CONFERENCE ON MACHINE LEARNING, 2015",
        "The 37th International Conference on Machine Learning",
    ],
)
def test_what_changes_every_year_is_left_out(name):
    assert normalise_venue_name(name) == "international conference on machine learning"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "venue"),
    [
        ({"name": "NIPS"}, "NeurIPS"),
        ({"name": "NeurIPS"}, "NeurIPS"),
        ({"name": "Advances in Neural Information Processing Systems 30"}, "NeurIPS"),
        ({"name": "", "names": (Name("dblp", "conf/nips/VaswaniSPUJGKP17"),)}, "NeurIPS"),
        ({"name": "J. Mach. Learn. Res."}, "JMLR"),
        ({"name": "CoRR"}, "arXiv"),
        ({"name": "Something else", "issns": ("0028-0836",)}, "Nature"),
        ({"name": "CVPR", "names": (Name("dblp", "journals/corr/HeZRS15"),)}, "CVPR"),
    ],
)
def test_catalogues_call_a_venue_by_many_names(told, venue):
    before = Venue.objects.count()
    assert find_venue(**told).name == venue
    assert Venue.objects.count() == before


@pytest.mark.django_db
def test_a_record_without_a_venue_has_none():
    assert find_venue(name="") is None


@pytest.mark.django_db
def test_two_unknown_venues_of_one_slug_have_two_addresses():
    first, second = find_venue(name="Tests & Trials"), find_venue(name="Tests/Trials+")
    assert first.slug != second.slug

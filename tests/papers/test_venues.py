import pytest

from papers.identifiers import PaperId
from papers.models import Venue, VenueAlias
from papers.search import search_papers
from papers.venues import find_venue, merge_venues, normalise_venue_name
from tests.support.factories import make_paper, make_user


@pytest.mark.parametrize(
    "name",
    [
        "International Conference on Machine Learning",
        "Proceedings of the 32nd International Conference on Machine Learning (ICML 2015)",
        "In Proceedings of the Thirty-Second International Conference on Machine Learning",
        "INTERNATIONAL CONFERENCE ON MACHINE LEARNING, 2015",
        "The 37th International Conference on Machine Learning",
        "Proceedings of the 32nd International Conference on Machine Learning, {ICML} 2015, "
        "Lille, France, 6-11 July 2015",
        "ICML '15: Proceedings of the 32nd International Conference on Machine Learning",
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
        ({"name": "", "names": (PaperId("dblp", "conf/nips/VaswaniSPUJGKP17"),)}, "NeurIPS"),
        ({"name": "J. Mach. Learn. Res."}, "JMLR"),
        ({"name": "CoRR"}, "arXiv"),
        ({"name": "Something else", "issns": ("0028-0836",)}, "Nature"),
        ({"name": "CVPR", "names": (PaperId("dblp", "journals/corr/HeZRS15"),)}, "CVPR"),
        (
            {
                "name": "Advances in Neural Information Processing Systems 30: Annual Conference "
                "on Neural Information Processing Systems 2017, December 4-9, 2017, Long Beach"
            },
            "NeurIPS",
        ),
        (
            {
                "name": "Proceedings of the 2016 CHI Conference on Human Factors in Computing Systems"
            },
            "CHI",
        ),
        ({"name": "arXiv preprint arXiv:1706.03762"}, "arXiv"),
        ({"name": "CoRR, abs/1412.6980"}, "arXiv"),
        ({"name": "Nature Communications"}, "Nature Communications"),
        ({"name": "Robotics: Science and Systems XIV"}, "RSS"),
        (
            {"name": "2016 IEEE Conference on Computer Vision and Pattern Recognition (CVPR)"},
            "CVPR",
        ),
        # The series is weaker than the conference.
        (
            {
                "name": "Lecture Notes in Computer Science",
                "names": (PaperId("dblp", "conf/eccv/LinMBHPRDZ14"),),
                "issns": ("0302-9743",),
            },
            "ECCV",
        ),
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "other"),
    [
        ({"name": "CVPR Workshops", "names": (PaperId("dblp", "conf/cvpr/A17"),)}, "CVPR"),
        ({"name": "CVPR (Workshops)"}, "CVPR"),
        ({"name": "Workshop on Tests @NeurIPS"}, "NeurIPS"),
        ({"name": "ACL/IJCNLP (Findings)", "names": (PaperId("dblp", "conf/acl/B21"),)}, "ACL"),
        ({"name": "Nature Reviews Tests"}, "Nature"),
    ],
)
def test_what_only_sounds_like_a_venue_is_another_one(told, other):
    venue = find_venue(**told)
    assert venue.is_provisional and venue.name != other


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["计算机学报", "Вестник науки", "한국정보과학회", "विज्ञान"])
def test_names_in_any_script_are_venues(name):
    venue = find_venue(name=name)
    assert venue.name == name and venue.slug
    assert find_venue(name=f" {name} ") == venue


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["\x00", "\ud800", "()", "2015", "...", "a\x00b", "x\ud800", "(" * 5000, "é" * 5000]
)
def test_hostile_names_are_no_errors(name):
    venue = find_venue(name=name)
    assert venue is None or Venue.objects.get(pk=venue.pk).name


def test_accents_make_no_difference():
    assert normalise_venue_name("Łódź Übersicht") == normalise_venue_name("lodz ubersicht")


@pytest.mark.django_db
def test_the_shipped_venues_have_a_field_and_valid_issns():
    shipped = Venue.objects.filter(is_provisional=False)
    assert shipped.count() >= 120
    fields = set(shipped.values_list("field__slug", flat=True))
    assert {"medicine", "chemistry", "economics", "mathematics", "statistics", "physics"} <= fields
    for issn in VenueAlias.objects.filter(scheme="issn").values_list("value", flat=True):
        digits = [10 if digit == "X" else int(digit) for digit in issn]
        assert sum(d * w for d, w in zip(digits, range(8, 0, -1), strict=True)) % 11 == 0, issn


def _add_shipped():
    import importlib

    from django.apps import apps

    importlib.import_module("papers.migrations.0009_more_venues_and_fields").add(apps, None)


@pytest.mark.django_db
def test_shipping_venues_again_keeps_what_moderators_set():
    Venue.objects.filter(slug="neurips").update(full_name="Ours", website="https://ours.example/")
    VenueAlias.objects.filter(scheme="name", value="nips").delete()
    before = Venue.objects.count()
    _add_shipped()
    venue = Venue.objects.get(slug="neurips")
    assert (venue.full_name, venue.website) == ("Ours", "https://ours.example/")
    assert venue.aliases.filter(scheme="name", value="nips").exists()
    assert Venue.objects.count() == before


@pytest.mark.django_db
def test_a_venue_that_an_import_made_is_confirmed_under_its_name():
    Venue.objects.get(slug="neuron").delete()
    Venue.objects.get(slug="nejm").delete()
    made = find_venue(name="The New England Journal of Medicine")
    _add_shipped()
    made.refresh_from_db()
    assert not made.is_provisional and made.field.slug == "medicine"
    assert find_venue(name="NEJM") == made
    assert Venue.objects.filter(slug="neuron").exists()


@pytest.mark.django_db
def test_a_merged_venue_leaves_its_names_and_its_address(client):
    paper = make_paper(venue="Journal of Old Tests", year=2016)
    gone, kept = paper.venue, make_paper(venue="Journal of New Tests", year=2016).venue
    old_slug = gone.slug
    number = gone.pk
    assert merge_venues(merged=gone, target=kept) == 1
    paper.refresh_from_db()
    assert paper.venue == kept == find_venue(name="Journal of Old Tests")
    assert [found.pk for found in search_papers("venue:old")].count(paper.pk) == 1
    assert Venue.history.filter(id=number, history_type="-").exists()
    for page in ("", "/2016"):
        answer = client.get(f"/venue/{old_slug}{page}?show=all")
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"/venue/{kept.slug}{page}?show=all"
    with pytest.raises(ValueError, match="itself"):
        merge_venues(merged=kept, target=kept)


@pytest.mark.django_db
def test_merging_on_the_admin_asks_first(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    gone = make_paper(venue="Journal of Old Tests").venue
    kept = Venue.objects.get(slug="nature")
    post = {"action": "merge_into", "_selected_action": [gone.pk]}
    asked = client.post("/admin/papers/venue/", post)
    assert asked.status_code == 200 and "1 paper will move" in asked.content.decode()
    refused = client.post("/admin/papers/venue/", {**post, "kept": gone.pk})
    assert "Choose another one" in refused.content.decode()
    client.post("/admin/papers/venue/", {**post, "kept": kept.pk})
    assert not Venue.objects.filter(pk=gone.pk).exists()
    assert kept.papers.count() == 1


@pytest.mark.django_db
def test_confirming_a_venue_is_in_its_history(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    venue = make_paper(venue="Journal of Old Tests").venue
    client.post("/admin/papers/venue/", {"action": "confirm", "_selected_action": [venue.pk]})
    venue.refresh_from_db()
    assert not venue.is_provisional and venue.history.count() == 1


@pytest.mark.django_db
def test_renaming_a_venue_keeps_its_address_and_its_papers_are_found(client):
    client.force_login(make_user(is_staff=True, is_superuser=True))
    paper = make_paper(venue="Journal of Old Tests")
    venue = paper.venue
    old_slug, alias = venue.slug, venue.aliases.get()
    client.post(
        f"/admin/papers/venue/{venue.pk}/change/",
        {
            **{"name": "Renamed Quarterly", "slug": "renamed", "kind": "journal"},
            **{"aliases-TOTAL_FORMS": 2, "aliases-INITIAL_FORMS": 1},
            **{"aliases-0-id": alias.pk, "aliases-0-venue": venue.pk},
            **{"aliases-0-scheme": "name", "aliases-0-value": alias.value},
            **{"aliases-1-venue": venue.pk, "aliases-1-scheme": "name"},
            "aliases-1-value": "The Annual Renamed Quarterly",
        },
    )
    venue.refresh_from_db()
    assert venue.slug == "renamed"
    assert [found.pk for found in search_papers("venue:quarterly")] == [paper.pk]
    assert find_venue(name="Renamed Quarterly") == venue
    assert client.get(f"/venue/{old_slug}").headers["Location"] == "/venue/renamed"

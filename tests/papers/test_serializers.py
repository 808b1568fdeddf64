"""A paper's facts stand in one place: a new field is in it, or has a reason not to be."""

import datetime
import json

import pytest

from papers.models import Field, Paper
from papers.serializers import identifier_of, paper_reference, serialize_paper
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db

LEFT_OUT = {
    "title_html": "Pages show it; it is `title` typeset.",
    "abstract_html": "Pages show it; it is `abstract` typeset.",
    "authors_text": "`authors` has the same names as a list.",
    "corrected_fields": "For importing only: which fields a person set.",
    "title_key": "For finding duplicates only: a hash.",
}


@pytest.fixture
def paper():
    """Every field has a value of its own."""
    found = make_paper(
        title="Learning $x^2$",
        authors=("Ada Lovelace", "Alan Turing"),
        arxiv="1605.08803",
        doi="10.1000/xyz",
        venue="ICLR",
        year=2017,
        abstract="We learn.",
        categories=("cs.LG",),
    )
    Paper.objects.filter(pk=found.pk).update(
        abstract_source="arxiv",
        published_on=datetime.date(2017, 2, 3),
        field=Field.objects.get(slug="machine-learning"),
        kind="inproceedings",
        volume="Vol. 7",
        number="No. 8",
        pages="9--10",
        publisher="Press",
        url="https://work.example/",
        code_url="https://code.example/",
        data_url="https://data.example/",
        licence="https://licence.example/",
        arxiv_version=3,
        is_withdrawn=True,
        is_retracted=True,
        is_preprint=True,
        summary_count=11,
        wish_count=12,
    )
    return Paper.objects.for_lists().select_related("field").get(pk=found.pk)


def test_every_field_of_a_paper_is_serialized_or_left_out_for_a_reason(paper):
    fields = {field.name for field in Paper._meta.concrete_fields}
    facts = serialize_paper(paper)
    assert fields - facts.keys() == LEFT_OUT.keys()
    for name in fields - LEFT_OUT.keys() - {"venue", "field"}:
        assert facts[name] == getattr(paper, name) and facts[name] not in ("", None), name


def test_what_a_paper_belongs_to_is_told_by_name(paper, settings):
    facts = serialize_paper(paper)
    assert facts["venue"] == {
        "name": "ICLR",
        "kind": paper.venue.kind,
        "address": f"{settings.SITE_URL}/venue/{paper.venue.slug}",
    }
    assert facts["field"] == "Machine learning"
    assert facts["authors"] == ["Ada Lovelace", "Alan Turing"]
    assert identifier_of(facts, "doi") == {
        "scheme": "doi",
        "value": "10.1000/xyz",
        "address": "https://doi.org/10.1000/xyz",
    }
    assert identifier_of(facts, "pmid") is None


def test_serializing_costs_no_query(paper, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert paper_reference(paper).items() <= serialize_paper(paper).items()
    alone = Paper.objects.get(pk=paper.pk)
    with django_assert_num_queries(0):
        paper_reference(alone)


def test_an_empty_paper_can_be_serialized():
    facts = serialize_paper(make_paper(year=None, authors=()))
    assert (facts["venue"], facts["field"], facts["authors"], facts["year"]) == (None, "", [], None)


def test_the_consumers_name_a_paper_alike(client, paper, alice):
    """Address, title and key as `paper_reference` has them, wherever a paper is named."""
    summary = make_summary(paper=paper, author=alice)
    facts = paper_reference(Paper.objects.get(pk=paper.pk))
    api = client.get(f"/api/v1/papers/{paper.pk}").json()
    assert (api["id"], api["url"], api["title"], api["summary_count"]) == (
        *(facts["id"], facts["address"], facts["title"], facts["summary_count"]),
    )
    item = json.loads(client.get("/feed.json").content)["items"][0]
    assert (item["_paper"]["url"], item["_paper"]["citation_key"]) == (
        *(facts["address"], facts["citation_key"]),
    )
    oembed = client.get("/oembed", {"url": facts["address"]}).json()
    assert oembed["title"] == facts["title"]
    page = client.get(facts["address"]).content.decode()
    assert f'"@id": "{facts["address"]}"' in page.replace('"@id":"', '"@id": "')
    assert summary.pk

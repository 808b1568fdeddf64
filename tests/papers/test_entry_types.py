"""A citation is of the type that the venue tells, in every format and at once."""

import json
import re
from urllib.parse import parse_qs

import pytest
from lxml import html

from papers.citations import formats
from papers.citations.entry_types import entry_type, venue_kind_of_name
from papers.importing.bibtex_upload import import_bibtex
from papers.models import Paper, Venue
from tests.support.factories import make_paper, make_user, make_venue

pytestmark = pytest.mark.django_db
HAND = {"method": "manual", "title": "On watermills", "authors": "Ada Lovelace", "year": 1843}
# Kind of venue: what each format calls a paper there.
WORDS = {
    "conference": ("inproceedings", "booktitle", "CONF", "paper-conference", "proceeding"),
    "journal": ("article", "journal", "JOUR", "article-journal", "article"),
    "preprint": ("misc", "howpublished", "UNPB", "article", "preprint"),
}


def add_by_hand(client, **told) -> Paper:
    client.force_login(make_user())
    answer = client.post("/add", HAND | told)
    assert answer.status_code == 302, answer.content.decode()
    return Paper.objects.for_lists().get()


def cited(client, paper: Paper) -> tuple[str, str, str, str, str]:
    """What the formats call the paper, in the order of WORDS; the page agrees with the file."""
    bibtex = client.get(f"/paper/{paper.pk}/bibtex").content.decode()
    ris = client.get(f"/paper/{paper.pk}/ris").content.decode()
    item = json.loads(client.get(f"/paper/{paper.pk}/csl.json").content)[0]
    page = html.fromstring(client.get(paper.get_absolute_url()).content)
    told = parse_qs(page.find_class("Z3988")[0].get("title"))
    assert bibtex.strip() in page.text_content(), "the box shows what the file holds"
    venue = f"{{{item['container-title']}}}"
    (place,) = re.findall(rf"(\w+) = {re.escape(venue)}", bibtex)
    kind = re.match(r"@(\w+)\{", bibtex)[1]
    return kind, place, ris[6:].split("\r\n")[0], item["type"], told["rft.genre"][0]


@pytest.mark.parametrize("kind", WORDS)
def test_a_paper_added_by_hand_is_cited_as_its_venue_tells(client, kind):
    make_venue("Mill Studies", kind=kind)
    paper = add_by_hand(client, venue="Mill Studies")
    assert cited(client, paper) == WORDS[kind]


def test_a_moderator_who_corrects_the_kind_of_a_venue_corrects_its_citations(client):
    paper = make_paper(venue="Mill Studies", kind="article")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    venue = paper.venue
    for kind, words in WORDS.items():
        aliases = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
        told = {"name": venue.name, "slug": venue.slug, "kind": kind, **aliases}
        assert client.post(f"/admin/papers/venue/{venue.pk}/change/", told).status_code == 302
        assert cited(client, paper) == words


def test_exports_of_a_venue_and_its_json_ld_agree(client):
    make_venue("Mill Studies", kind="conference")
    paper = add_by_hand(client, venue="Mill Studies")
    address = f"{paper.venue.get_absolute_url()}/1843"
    assert client.get(f"{address}/bibtex").content.startswith(b"@inproceedings{")
    page = client.get(paper.get_absolute_url()).content.decode()
    assert '{"@type": "CreativeWorkSeries", "name": "Mill Studies"}' in page
    Venue.objects.update(kind="journal")
    page = client.get(paper.get_absolute_url()).content.decode()
    assert '{"@type": "Periodical", "name": "Mill Studies"}' in page


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [("phdthesis", "school"), ("techreport", "institution"), ("book", "series")],
)
def test_who_adds_by_hand_may_say_what_it_is(client, chosen, wanted):
    paper = add_by_hand(client, venue="Mill Studies", kind=chosen)
    text = client.get(f"/paper/{paper.pk}/bibtex").content.decode()
    assert text.startswith(f"@{chosen}{{") and f"{wanted} = {{Mill Studies}}" in text


@pytest.mark.parametrize(
    ("kind", "corrected", "venue_kind", "wanted"),
    [
        ("article", [], None, "misc"),
        ("article", ["kind"], "conference", "article"),
        ("conference", [], None, "inproceedings"),
        ("incollection", [], "conference", "incollection"),
        ("misc", [], "journal", "article"),
        ("article", [], "other", "article"),
        ("misc", [], "other", "misc"),
        ("online", [], None, "misc"),
        ("thesis", [], "other", "phdthesis"),
    ],
)
def test_the_venue_decides_but_not_of_theses_nor_against_a_person(
    kind, corrected, venue_kind, wanted
):
    venue = Venue(name="V", kind=venue_kind) if venue_kind else None
    assert entry_type(Paper(kind=kind, corrected_fields=corrected, venue=venue)) == wanted


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Symposium on Mills", "conference"),
        ("European Conference on Mills", "conference"),
        ("Annals of Milling", "journal"),
        ("Bulletin of the Symposium on Mills", ""),
        ("Mill Studies", ""),
    ],
)
def test_an_unknown_venue_is_of_the_kind_that_its_name_tells(name, kind):
    assert venue_kind_of_name(name) == kind
    assert make_paper(venue=name).venue.kind == (kind or "other")


def test_the_form_that_corrects_shows_the_type_that_is_cited(client):
    make_venue("Mill Studies", kind="conference")
    paper = add_by_hand(client, venue="Mill Studies")
    page = client.get(f"/paper/{paper.pk}/correct").content.decode()
    assert '<option value="inproceedings" selected>' in page


def test_a_file_that_calls_every_paper_an_article_is_not_believed_of_a_conference():
    text = "@article{a, title = {T}, journal = {2020 Conference on Mills (CM)}, year = 2020}"
    (outcome,) = import_bibtex(text)
    assert outcome.paper.venue.kind == "conference"
    assert formats.bibtex(outcome.paper).startswith("@inproceedings{")

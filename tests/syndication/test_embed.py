"""Other sites show how many summaries a paper has, and learn nothing about who looks."""

import json

import pytest
from lxml import etree

from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def paper(alice, bob):
    found = make_paper(title="Attention <is> & all $x^2$ you need", authors=("Ada Lovelace",))
    make_summary(paper=found, author=alice, text="It *looks* back at $x$, see [this](/about).")
    make_summary(paper=found, author=bob, is_anonymous=True)
    return found


def test_the_badge_counts_public_summaries(client, paper):
    answer = client.get(f"/paper/{paper.pk}/badge.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    texts = [element.text for element in etree.fromstring(answer.content).iter("{*}text")]
    assert texts == ["ShortScience", "2 summaries"]
    alone = make_paper()
    make_summary(paper=alone, state="private")
    assert "summarise" in client.get(f"/paper/{alone.pk}/badge.svg").content.decode()


def test_the_card_may_stand_in_a_frame_and_no_other_page_may(client, paper):
    card = client.get(f"/paper/{paper.pk}/card")
    assert "frame-ancestors *" in card.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in card.headers
    html = card.content.decode()
    assert '<base target="_blank">' in html and "<math" in html and "&lt;is&gt;" in html
    assert not card.cookies
    page = client.get(paper.get_absolute_url())
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_a_card_without_summaries_invites_one(client):
    paper = make_paper()
    assert "Nobody has summarised" in client.get(f"/paper/{paper.pk}/card").content.decode()


def ask(client, url: str, **more: str):
    return client.get("/oembed", {"url": url, **more})


def test_oembed_describes_papers_and_summaries(client, paper, alice):
    told = ask(client, SITE + paper.get_absolute_url()).json()
    assert (told["version"], told["type"], told["width"]) == ("1.0", "rich", 480)
    assert told["title"] == paper.title
    assert f'src="{SITE}/paper/{paper.pk}/card"' in told["html"] and "<script" not in told["html"]
    signed = paper.summaries.get(author=alice)
    told = ask(client, SITE + signed.get_absolute_url(), maxwidth="300", maxheight="90").json()
    assert (told["author_name"], told["width"], told["height"]) == ("Alice Munro", 300, 90)
    hidden = paper.summaries.get(is_anonymous=True)
    told = ask(client, SITE + hidden.get_absolute_url()).json()
    assert told["author_name"] == "Anonymous" and "author_url" not in told


@pytest.mark.parametrize(
    "url",
    ["", "x", "https://elsewhere.example/paper/1", f"{SITE}/about", f"{SITE}/paper/0/x", "//["],
)
def test_oembed_knows_nothing_of_other_addresses(client, paper, url):
    assert ask(client, url).status_code == 404


def test_oembed_keeps_private_summaries_and_offers_no_xml(client, paper, alice):
    summary = make_summary(author=alice, state="private")
    client.force_login(alice)
    assert ask(client, SITE + summary.get_absolute_url()).status_code == 404
    assert ask(client, SITE + paper.get_absolute_url(), format="xml").status_code == 501


def test_pages_name_their_oembed_address(client, paper):
    html = client.get(paper.get_absolute_url()).content.decode()
    assert 'type="application/json+oembed"' in html


def lookup(client, identifiers: list[str]):
    body = json.dumps({"identifiers": identifiers})
    return client.post("/api/v1/lookup", body, content_type="application/json")


def test_a_lookup_tells_how_many_summaries_papers_have(client, paper, django_assert_num_queries):
    arxiv = make_paper(arxiv="1706.03762")
    make_summary(paper=arxiv, state="private")
    asked = ["https://arxiv.org/abs/1706.03762v2", "1706.03762", "10.1/none", "nonsense !", ""]
    with django_assert_num_queries(1):
        told = lookup(client, asked).json()
    assert told["papers"][asked[0]] == told["papers"][asked[1]]
    assert told["papers"]["1706.03762"]["summary_count"] == 0
    assert told["papers"]["1706.03762"]["url"] == SITE + arxiv.get_absolute_url()
    assert told["unknown"] == ["10.1/none", "nonsense !", ""]


def test_a_lookup_takes_five_hundred_at_once(client, db):
    papers = [make_paper(arxiv=f"1706.{number:05d}") for number in range(1, 4)]
    asked = [f"https://arxiv.org/abs/1706.{number:05d}v2" for number in range(1, 501)]
    told = lookup(client, asked).json()
    assert {found["id"] for found in told["papers"].values()} == {paper.pk for paper in papers}
    assert len(told["unknown"]) == 497


def test_a_lookup_is_bounded(client, monkeypatch, db):
    assert lookup(client, ["x"] * 501).status_code == 422
    assert client.post("/api/v1/lookup", "{", content_type="application/json").status_code == 400
    monkeypatch.setattr("shortscience.api.LOOKUPS_PER_HOUR", 1)
    assert lookup(client, []).status_code == 200
    answer = lookup(client, [])
    assert answer.status_code == 429 and "Try again in" in answer.json()["message"]
    assert int(answer.headers["Retry-After"]) > 0


def test_the_api_gives_public_summaries_alone_and_describes_itself(client, paper, alice):
    told = client.get(f"/api/v1/papers/{paper.pk}/summaries").json()
    assert sorted(row["author"] for row in told) == ["Alice Munro", "Anonymous"]
    assert "bob" not in json.dumps(told).lower()
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/lookup" in paths
    assert client.get("/api/v1/papers/0").status_code == 404

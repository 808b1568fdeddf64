"""What search engines and reference managers read from the pages."""

import json
import re
from urllib.parse import parse_qs

import pytest
from lxml import etree, html

from summaries.models import Summary
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db
HOSTILE = "</script><script>alert(1)</script> & \u2028 <b>"


def structured_of(client, address: str) -> dict:
    page = html.fromstring(client.get(address, follow=True).content)
    (script,) = page.findall(".//script[@type='application/ld+json']")
    return json.loads(script.text)


def test_a_papers_page_tells_its_reviews(client, alice):
    paper = make_paper(title="On review", doi="10.1000/182", venue="ICML")
    signed = make_summary(paper=paper, author=alice, licence="CC0-1.0")
    make_summary(paper=paper, is_anonymous=True)
    told = structured_of(client, f"/paper/{paper.pk}")
    article = told["mainEntity"]
    assert article["@type"] == "ScholarlyArticle" and article["@id"].endswith("10.1000/182")
    assert article["isPartOf"]["name"] == "ICML" and article["datePublished"] == "2016"
    names = {review["author"]["name"] for review in article["review"]}
    assert names == {"Alice Munro", "Anonymous"}
    mine = next(r for r in article["review"] if r["@id"].endswith(signed.get_absolute_url()))
    assert mine["license"].startswith("https://creativecommons.org/publicdomain/zero")


def test_the_page_of_an_anonymous_review_names_nobody(client, alice):
    summary = make_summary(author=alice, is_anonymous=True)
    told = structured_of(client, summary.get_absolute_url())
    assert told["@type"] == "Review" and told["author"] == {"@type": "Person", "name": "Anonymous"}


def test_a_hostile_title_stays_text(client):
    paper = make_paper(title=HOSTILE)
    make_summary(paper=paper)
    answer = client.get(f"/paper/{paper.pk}", follow=True).content.decode()
    assert "<script>alert" not in answer
    assert structured_of(client, f"/paper/{paper.pk}")["mainEntity"]["name"] == paper.title


def test_a_draft_tells_machines_nothing(client, alice):
    summary = make_summary(author=alice, state="draft")
    client.force_login(alice)
    page = client.get(summary.get_absolute_url()).content.decode()
    assert "ld+json" not in page and 'content="noindex"' in page


@pytest.mark.parametrize(
    "kind, genre, title_field",
    [
        ("article", "article", "rft.atitle"),
        ("inproceedings", "proceeding", "rft.atitle"),
        ("incollection", "bookitem", "rft.atitle"),
        ("book", "book", "rft.btitle"),
    ],
)
def test_reference_managers_find_the_paper(client, kind, genre, title_field):
    told = {"kind": kind, "venue": "A Venue", "doi": "10.1000/183"}
    paper = make_paper(title="Citing & being cited", **told)
    page = html.fromstring(client.get(f"/paper/{paper.pk}", follow=True).content)
    (span,) = page.find_class("Z3988")
    told = parse_qs(span.get("title"))
    assert told["rft.genre"] == [genre] and told[title_field] == ["Citing & being cited"]
    assert told["rft.aulast"] == ["Lovelace"] and told["rft.au"] == ["Alan Turing"]
    assert "info:doi/10.1000/183" in told["rft_id"]
    # They would claim that our page is the paper itself.
    assert not page.findall(".//meta[@name='citation_title']")


def listed_in(client, address: str) -> list[str]:
    """The titles that a reference manager finds in a list."""
    page = html.fromstring(client.get(address).content)
    told = [parse_qs(span.get("title")) for span in page.find_class("Z3988")]
    return sorted(title for names in told for title in names["rft.atitle"])


def test_reference_managers_find_the_papers_of_lists(client):
    for title in ("On mills", "On more mills"):
        make_summary(paper=make_paper(title=title, venue="Mill Conference", year=2001))
    make_summary(paper=make_paper(title="Of all", authors=tuple(f"A{n} B{n}" for n in range(99))))
    mills = ["On mills", "On more mills"]
    assert listed_in(client, "/venue/mill-conference/2001") == mills
    assert listed_in(client, "/search?q=mills") == mills
    assert listed_in(client, "/author/ada-lovelace") == mills
    assert listed_in(client, "/?show=titles") == mills, "a long byline is told on its own page"


def addresses_in(client, address: str) -> list[str]:
    tree = etree.fromstring(client.get(address).content)
    return [re.sub(r"^https?://[^/]+", "", loc.text) for loc in tree.iter("{*}loc")]


def test_the_sitemap_leads_to_every_public_page(client, alice):
    paper = make_paper(title="Found", venue="ICML")
    summary = make_summary(paper=paper, author=alice)
    bare = make_paper(title="Without a summary")
    parts = addresses_in(client, "/sitemap.xml")
    found = {address for part in parts for address in addresses_in(client, part)}
    pages = {paper.get_absolute_url(), summary.get_absolute_url(), alice.get_absolute_url()}
    assert {"/", "/about", paper.venue.get_absolute_url()} | pages <= found
    assert bare.get_absolute_url() not in found
    assert all(client.get(address).status_code == 200 for address in found)
    assert "/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_no_sitemap_tells_of_what_is_not_public(client, alice):
    make_summary(author=alice, is_anonymous=True)
    for state in Summary.State.values:
        if state != "published":
            make_summary(author=make_user(), state=state)
    parts = addresses_in(client, "/sitemap.xml")
    assert "/sitemap-people.xml" not in parts or not addresses_in(client, "/sitemap-people.xml")
    assert len(addresses_in(client, "/sitemap-summaries.xml")) == 1

"""Every list has a feed that readers' programs understand, and that changes only when it should."""

import datetime
import json
from io import BytesIO

import feedparser
import jsonschema
import pytest
from django.utils import timezone
from lxml import etree

from summaries.actions import comment, publish
from summaries.ranking.counters import recount_paper
from syndication.feeds.formats import EXTRAS
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db

HOSTILE = 'A <script>alert("x")</script> & ]]> \x0b\x00 "quoted" $a<b$ \u2028 😀 title'
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# RFC 3339, with a zone.
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
ADDRESS = {"type": "string", "pattern": "^https?://"}
# https://www.jsonfeed.org/version/1.1/, as far as we use it.
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items", "home_page_url", "feed_url"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "favicon": ADDRESS,
        "language": {"const": "en"},
        "hubs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "url"],
                "properties": {"url": ADDRESS},
            },
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "url", "content_html", "date_published", "date_modified"],
                "additionalProperties": False,
                "properties": {
                    "id": ADDRESS,
                    "url": ADDRESS,
                    "title": {"type": "string"},
                    "content_html": {"type": "string"},
                    "summary": {"type": "string"},
                    "date_published": DATE,
                    "date_modified": DATE,
                    "authors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {"name": {"type": "string"}, "url": ADDRESS},
                        },
                    },
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "_paper": {"type": "object"},
                    "_shortscience": {"type": "object"},
                },
            },
        },
    },
}


@pytest.fixture
def world(alice, bob):
    return make_world(alice, bob)


def make_world(alice, bob) -> dict[str, object]:
    """A paper with a hostile title, a signed and an anonymous summary, and what nobody may see."""
    paper = make_paper(
        title=HOSTILE,
        authors=("Ada <b>Lovelace",),
        arxiv="1605.08803",
        venue="ICLR",
        year=2017,
        categories=("cs.LG",),
    )
    text = "It <i>works</i> for $\\alpha < 3$, see [the notes](/about) & [there](#top)."
    signed = make_summary(paper=paper, author=alice, text=text)
    hidden = make_summary(paper=paper, author=bob, text="By nobody.", is_anonymous=True)
    for state in ("draft", "private"):
        make_summary(paper=make_paper(), author=make_user(), text=f"A {state} thing.", state=state)
    comment.comment(summary_id=signed.pk, author=bob, text="Is $a<b$? <script>x</script>")
    return {"paper": paper, "signed": signed, "anonymous": hidden}


def feeds(world) -> dict[str, int]:
    """{address without its ending: number of entries}."""
    paper, signed = world["paper"], world["signed"]
    return {
        "/feed": 2,
        "/feed?sort=popular": 1,
        "/feed?sort=best": 1,
        "/feed?sort=discussed": 1,
        "/feed?field=machine-learning": 2,
        "/feed?field=computer-science": 2,
        "/feed?field=physics": 0,
        "/feed?time=week": 2,
        "/feed?sort=best&time=day": 1,
        f"/paper/{paper.pk}/feed": 2,
        f"/venue/{paper.venue.slug}/feed": 2,
        f"/venue/{paper.venue.slug}/2017/feed": 2,
        f"/venue/{paper.venue.slug}/1901/feed": 0,
        f"/author/{paper.authorships.get().name_slug}/feed": 2,
        "/user/alice/feed": 1,
        "/user/bob/feed": 0,
        "/search/feed?q=works": 1,
        "/search/feed?q=nowhere": 0,
        f"/summary/{signed.pk}/feed": 1,
    }


def ending(address: str, kind: str) -> str:
    path, mark, query = address.partition("?")
    return f"{path}.{kind}{mark}{query}"


def test_every_feed_is_valid_atom_and_json(client, world, settings):
    settings.WEBSUB_HUB = "https://hub.example"
    for address, count in feeds(world).items():
        answer = client.get(ending(address, "atom"))
        assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        read = feedparser.parse(BytesIO(answer.content))
        assert not read.bozo, (address, read.get("bozo_exception"))
        assert read.version == "atom10"
        assert len(read.entries) == count, address
        assert read.feed.title and read.feed.updated_parsed
        assert etree.fromstring(answer.content).get(LANGUAGE) == "en"
        assert {link.rel for link in read.feed.links} == {"self", "alternate", "hub"}
        for entry in read.entries:
            assert entry.id == entry.link and entry.author and entry.updated_parsed
        answer = client.get(ending(address, "json"))
        assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
        document = json.loads(answer.content)
        jsonschema.validate(document, JSON_FEED)
        assert len(document["items"]) == count
        assert 'rel="hub"' in answer.headers["Link"] and 'rel="self"' in answer.headers["Link"]


def test_the_text_is_whole_with_mathml_and_absolute_addresses(client, world):
    entry = next(
        item
        for item in json.loads(client.get("/feed.json").content)["items"]
        if item["authors"][0]["name"] == "Alice Munro"
    )
    html = entry["content_html"]
    address = f"http://127.0.0.1:8000/summary/{world['signed'].pk}"
    assert entry["id"] == address
    assert "<math" in html and 'href="http://127.0.0.1:8000/about"' in html
    assert "<i>works</i>" in html and "&lt;i&gt;" not in html
    assert entry["title"].startswith("A <script>")
    assert entry["_paper"]["arxiv_id"] == "1605.08803"


def test_a_fragment_leads_to_the_page_of_the_summary(client, alice):
    summary = make_summary(author=alice, text="A note[^1].\n\n[^1]: It is long.")
    html = json.loads(client.get("/feed.json").content)["items"][0]["content_html"]
    assert f'href="http://127.0.0.1:8000/summary/{summary.pk}#' in html
    assert 'href="#' not in html


def test_nothing_tells_who_wrote_an_anonymous_summary(client, world):
    for address in [*feeds(world), "/feed?sort=recent"]:
        if address.startswith(("/summary", "/user/bob")):
            continue  # Where bob signed a comment, and where his own name stands.
        for kind in ("atom", "json"):
            assert "bob" not in client.get(ending(address, kind)).content.decode().lower()
    assert "Anonymous" in client.get("/feed.atom").content.decode()


def test_the_feeds_of_the_original_keep_their_fields(client, world):
    for name, is_full in [("rss", False), ("rss-all", False), ("rss-full", True)]:
        answer = client.get(f"/{name}.xml")
        read = feedparser.parse(BytesIO(answer.content))
        assert not read.bozo and read.version == "rss20" and len(read.entries) == 2
        assert all(entry.id == entry.link for entry in read.entries)
        item = etree.fromstring(answer.content).findall(".//item")[-1]
        assert item.findtext(f"{{{EXTRAS}}}arxivid") == "1605.08803"
        assert item.findtext(f"{{{EXTRAS}}}bibtexKey") == "journals/corr/1605.08803"
        assert item.findtext(f"{{{EXTRAS}}}votes") == "0"
        assert bool(read.entries[-1].get("content")) == is_full


@pytest.mark.parametrize("address", ["/feed.atom", "/feed.json", "/rss-full.xml"])
def test_an_unchanged_feed_is_not_sent_again(client, world, alice, address):
    first = client.get(address)
    etag, changed_at = first.headers["ETag"], first.headers["Last-Modified"]
    assert client.get(address).content == first.content
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    assert client.get(address, headers={"if-modified-since": changed_at}).status_code == 304
    publish.revise(
        summary_id=world["signed"].pk,
        editor=alice,
        text="It works better.",
        based_on=world["signed"].save_count,
    )
    answer = client.get(address, headers={"if-none-match": etag})
    assert answer.status_code == 200 and "works better" in answer.content.decode()


def test_a_feed_costs_as_much_for_thirty_summaries_as_for_two(
    client, world, django_assert_num_queries
):
    with django_assert_num_queries(2):
        client.get("/feed.atom")
    for _ in range(35):
        make_summary()
    with django_assert_num_queries(2):
        assert len(json.loads(client.get("/feed.json").content)["items"]) == 30


@pytest.mark.parametrize(
    "address",
    ["/paper/0/feed", "/venue/nowhere/feed", "/author/nobody/feed", "/user/nobody/feed"],
)
def test_a_list_that_is_not_there_has_no_feed(client, db, address):
    assert client.get(ending(address, "atom")).status_code == 404


def test_a_feed_of_a_time_leaves_out_what_is_older(client, alice):
    days_ago = timezone.now() - datetime.timedelta(days=3)
    summary = make_summary(author=alice, published_at=days_ago)
    recount_paper(summary.paper_id)
    for order in ("recent", "popular"):
        counts = [
            len(json.loads(client.get(f"/feed.json?sort={order}&time={time}").content)["items"])
            for time in ("day", "week", "nonsense")
        ]
        assert counts == [0, 1, 1]


def test_comments_of_a_private_summary_have_no_feed(client, alice):
    summary = make_summary(author=alice, state="private")
    client.force_login(alice)
    assert client.get(f"/summary/{summary.pk}/feed.atom").status_code == 404


def test_pages_name_their_feeds_with_what_is_asked(client, world):
    pages = {
        "/": "/feed",
        "/?sort=best&field=physics&show=full": "/feed?sort=best&amp;field=physics",
        "/?sort=recent&time=week": "/feed?sort=recent&amp;time=week",
        world["paper"].get_absolute_url(): f"/paper/{world['paper'].pk}/feed",
        f"/venue/{world['paper'].venue.slug}/2017": f"/venue/{world['paper'].venue.slug}/2017/feed",
        "/user/alice": "/user/alice/feed",
        "/search?q=works&type=papers": "/search/feed?q=works",
        f"/summary/{world['signed'].pk}": f"/summary/{world['signed'].pk}/feed",
    }
    for page, feed in pages.items():
        html = client.get(page).content.decode()
        for kind, media in (("atom", "atom+xml"), ("json", "feed+json")):
            link = f'type="application/{media}" href="{ending(feed, kind)}"'
            assert f'<link rel="alternate" {link}' in html, page
    assert 'type="application/atom+xml"' not in client.get("/about").content.decode()


def test_readers_of_feeds_get_no_cookie(client, world):
    answer = client.get("/feed.atom")
    assert not answer.cookies and "max-age=300" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")

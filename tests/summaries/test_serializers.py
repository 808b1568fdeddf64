"""What programs and files learn of a text stands in one place, and nothing is told of who wrote an
unsigned one."""

import datetime
import json
import re
import zoneinfo
from collections.abc import Callable, Iterator
from email.utils import format_datetime

import pytest
from django.utils import translation
from lxml import etree

from summaries.actions import comment as commenting
from summaries.export import files_of
from summaries.models import Comment, Revision, Summary
from summaries.serializers import (
    serialize_comment,
    serialize_own_comment,
    serialize_own_summary,
    serialize_revision,
    serialize_summary,
)
from syndication import schema_org
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db

LEFT_OUT = {
    Summary: {
        "author": "Readers see the byline.",
        "secret": "Who knows it can read an unlisted summary: it stands in its link alone.",
        "excerpt_html": "Lists on pages show it; it is the beginning of `html`.",
        "headings": "The page's table of contents; they stand in `html`.",
        "renderer_version": "For rendering again only.",
        "save_count": "For noticing stale edits only.",
        "came_by_merge": "For the constraint on one summary a person only.",
        "is_removed": "The author's pages tell it, and what can be done.",
        "is_held": "What moderators look at is between them and the author.",
    },
    Revision: {
        "id": "A revision is named by its summary and number.",
        "editor": "The author, who may be unsigned.",
        "suggestion": "Suggestions are rows of their own, and readers see the accepted text.",
    },
    Comment: {
        "author": "Readers see the byline.",
        "renderer_version": "For rendering again only.",
    },
}
# What the author alone may see.
OWN = {
    Summary: {"state", "created_at", "deleted_at"},
    Comment: {"state", "deleted_at"},
}
AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


@pytest.fixture
def summary(alice) -> Summary:
    """Signed, and no two facts of it are the same."""
    paper = make_paper(title="Learning to tell", arxiv="1605.08803", venue="ICLR")
    written = make_summary(paper=paper, author=alice, text="It *works*.", licence="CC-BY-SA-4.0")
    Summary.objects.filter(pk=written.pk).update(
        paper_version=23,
        up_count=41,
        down_count=4,
        score=37,
        comment_count=19,
        word_count=2345,
        created_at=AT - datetime.timedelta(days=1),
        published_at=AT,
        edited_at=AT + datetime.timedelta(days=1),
        deleted_at=None,
    )
    return Summary.objects.select_related("author", "paper__venue", "paper__field").get()


def test_every_field_is_serialized_or_left_out_for_a_reason(summary, alice):
    said = commenting.comment(summary_id=summary.pk, author=alice, text="Yes.")
    for row, public, own in (
        (summary, serialize_summary, serialize_own_summary),
        (summary.revisions.get(), serialize_revision, serialize_revision),
        (said, serialize_comment, serialize_own_comment),
    ):
        model = type(row)
        fields = {field.name: field for field in model._meta.concrete_fields}
        facts = own(row)
        assert fields.keys() - facts.keys() == LEFT_OUT[model].keys(), model
        assert facts.keys() - public(row).keys() == OWN.get(model, set())
        for name in fields.keys() & facts.keys():
            assert facts[name] == getattr(row, fields[name].attname), (model, name)


def test_serializing_costs_no_query(summary, django_assert_num_queries):
    with django_assert_num_queries(0):
        serialize_own_summary(summary)


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_unsigned_text_names_nobody(alice, bob, language):
    written = make_summary(author=bob, text="By nobody.", is_anonymous=True)
    asked = commenting.comment(summary_id=written.pk, author=alice, text="Why?")
    answer = commenting.comment(summary_id=written.pk, author=bob, text="So.", parent_id=asked.pk)
    with translation.override(language):
        for facts in (
            serialize_summary(written),
            serialize_own_summary(written),
            serialize_comment(answer),
            serialize_own_comment(answer),
            *map(serialize_revision, written.revisions.all()),
        ):
            assert bob.username not in repr(facts).lower() and bob.email not in repr(facts)
            assert facts.get("byline", {"address": ""})["address"] == ""
        assert serialize_comment(asked)["byline"]["name"] == alice.display_name


def test_a_deleted_account_leaves_a_byline_without_address(summary):
    Summary.objects.update(author=None)
    summary.refresh_from_db()
    assert serialize_summary(summary)["byline"] == {"name": "Deleted user", "address": ""}


def leaves(value: object) -> Iterator[str]:
    """All that a document says, as text: each value of JSON, each text and attribute of XML."""
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, etree._Element):
        for element in value.iter():
            yield from filter(None, [element.text, *element.attrib.values()])
    else:
        yield str(value)


def markdown_head(document: bytes) -> dict[str, object]:
    _, head, text = document.decode().split("---\n", 2)
    lines = (line.split(": ", 1) for line in head.splitlines())
    return {name: json.loads(value) for name, value in lines} | {"text": text.strip()}


def api(client, summary: Summary) -> object:
    return client.get(f"/api/v1/papers/{summary.paper_id}/summaries").json()


def atom(client, summary: Summary) -> object:
    return etree.fromstring(client.get("/feed.atom").content)


def json_feed(client, summary: Summary) -> object:
    return json.loads(client.get("/feed.json").content)


def rss(client, summary: Summary) -> object:
    return etree.fromstring(client.get("/rss-full.xml").content)


def export(client, summary: Summary) -> object:
    files = dict(files_of(summary.author))
    return [markdown_head(data) for name, data in files.items() if name.startswith("summaries/")]


def structured(client, summary: Summary) -> object:
    """What stands in the page for search engines."""
    page = client.get(f"/summary/{summary.pk}").content.decode()
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    document = json.loads(found[1])
    assert document == json.loads(json.dumps(schema_org.summary_page(summary)))
    return document


def oembed(client, summary: Summary) -> object:
    return client.get("/oembed", {"url": serialize_summary(summary)["address"]}).json()


PROGRAMS = {api, atom, json_feed, rss, export, structured}
FEEDS = {atom, json_feed, rss}
# Each fact of a summary, and which consumers promise it. A new field needs a line here, and a line
# in each of its consumers; `set()` is for what is served by the serializer alone.
PROMISED: dict[str, set[Callable[..., object]]] = {
    "id": {api},
    "address": PROGRAMS,
    "paper": set(),  # They name the paper by its address and identifiers.
    "byline.name": {api, *FEEDS, structured, oembed},
    "byline.address": {atom, json_feed, structured, oembed},
    "is_anonymous": set(),  # Says the byline.
    "licence": {api, json_feed, export},
    "licence_address": {api, atom, json_feed, structured},
    "text": {api, export},
    "html": {api, *FEEDS},
    "plain_text": {api, *FEEDS},
    "has_math": set(),
    "word_count": {structured},
    "reading_minutes": set(),
    "revision_number": set(),
    "paper_version": {api, json_feed, export},
    "score": {api, json_feed, rss, export},
    "up_count": {structured},
    "down_count": {structured},
    "comment_count": {structured},
    "published_at": PROGRAMS,
    "edited_at": {atom, json_feed, export, structured},
    "updated_at": set(),  # Is edited_at or published_at.
    "state": {export},
    "created_at": {export},
    "deleted_at": {export},
}
CONSUMERS = (api, atom, json_feed, rss, export, structured, oembed)


def test_each_fact_is_promised_by_some_consumer_or_by_none(summary):
    names = {name.partition(".")[0] for name in PROMISED}
    assert serialize_own_summary(summary).keys() == names


def ways_to_write(value: object) -> set[str]:
    if not isinstance(value, datetime.datetime):
        return {str(value)}
    utc = value.astimezone(zoneinfo.ZoneInfo("UTC"))
    iso = utc.isoformat()
    return {iso, iso.replace("+00:00", "Z"), format_datetime(utc)}


@pytest.mark.parametrize("consumer", CONSUMERS, ids=lambda consumer: consumer.__name__)
def test_each_consumer_tells_what_it_promises(client, summary, consumer):
    facts: dict = serialize_own_summary(summary)
    said = set(leaves(consumer(client, summary)))
    for name in (name for name, consumers in PROMISED.items() if consumer in consumers):
        outer, _, inner = name.partition(".")
        value = facts[outer][inner] if inner else facts[outer]
        assert ways_to_write(value) & said, (name, value)


def test_feeds_say_the_licence_in_the_words_of_their_format(client, summary):
    address = "https://creativecommons.org/licenses/by-sa/4.0/"
    entry = atom(client, summary).find("{*}entry")
    assert entry.findtext("{*}rights") == f"CC-BY-SA-4.0, {address}"
    assert [link.get("href") for link in entry.iter("{*}link") if link.get("rel") == "license"] == [
        address
    ]
    item = json_feed(client, summary)["items"][0]
    assert item["_shortscience"] == {
        "licence": "CC-BY-SA-4.0",
        "licence_url": address,
        "paper_version": 23,
    }
    rights = rss(client, summary).find(".//item/{http://purl.org/dc/elements/1.1/}rights")
    assert rights.text == f"CC-BY-SA-4.0, {address}"

"""The Follow button, what one follows, and the list of what is new in it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from following import follow as choosing
from following.models import Follow, SavedSearchMatch
from following.portability import files
from notifications.models import SecretFeed
from papers.curation.merge import merge
from papers.models import Field
from summaries.actions.publish import publish, revise
from tests.support.factories import make_paper, make_summary, make_user, make_venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, alice):
    client.force_login(alice)
    return alice


@pytest.fixture
def world(bob):
    """One summary by Bob, and everything by which it can be followed."""
    field = Field.objects.create(
        slug="seeing",
        name="Seeing",
        parent=Field.objects.create(slug="all-of-it", name="All of it"),
    )
    paper = make_paper(title="On residual windmills", venue="NeurIPS")
    paper.field = field
    paper.save()
    make_summary(paper=paper, author=bob, text="Sails that remember.")
    return paper


def targets(paper, person) -> dict[str, str]:
    return {
        "person": str(person.pk),
        "paper": str(paper.pk),
        "venue": str(paper.venue_id),
        "field": str(paper.field_id),
        "author": "ada-lovelace",
        "search": "residual windmills",
    }


def shown(client, address: str = "/following") -> list[str]:
    return [item["paper"].title for item in client.get(address).context["items"]]


@pytest.mark.parametrize("kind", Follow.Kind.values)
def test_following_anything_brings_its_summaries(client, reader, bob, world, kind):
    make_summary(paper=make_paper(title="Elsewhere", authors=("Somebody Else",)))
    told = {"kind": kind, "target": targets(world, bob)[kind], "next": "/venue"}
    answer = client.post("/follow", {**told, "value": "1"})
    assert answer.status_code == 303 and answer["Location"] == "/venue"
    client.post("/follow", {**told, "value": "1"})
    assert reader.follows.count() == 1
    assert shown(client) == ["On residual windmills"]
    assert "Unfollow" in client.get("/following").content.decode()
    client.post("/follow", {**told, "value": "0"})
    assert not reader.follows.exists() and shown(client) == []


def test_a_field_holds_the_fields_below_it(client, reader, world):
    choosing.follow(user=reader, kind="field", target=str(world.field.parent_id))
    assert shown(client) == ["On residual windmills"]


@pytest.mark.parametrize(
    ("kind", "target", "status"),
    [
        ("person", "999999", 404),
        ("paper", "none", 404),
        ("author", "nobody-at-all", 404),
        ("planet", "1", 400),
        ("search", " - ", 303),
    ],
)
def test_what_is_not_there_cannot_be_followed(client, reader, kind, target, status):
    answer = client.post("/follow", {"kind": kind, "target": target, "value": "1"})
    assert answer.status_code == status and not reader.follows.exists()


def test_nobody_follows_themselves(client, reader):
    told = {"kind": "person", "target": reader.pk, "value": "1"}
    page = client.post("/follow", told, follow=True).content.decode()
    assert (
        "t follow yourself. What you write appears on your own page." in page
        and not reader.follows.exists()
    )
    assert 'name="kind"' not in client.get(reader.get_absolute_url()).content.decode()


def test_looking_changes_nothing_and_too_many_are_refused(client, reader, monkeypatch):
    assert client.get("/follow").status_code == 405
    monkeypatch.setattr(choosing, "MOST_SEARCHES", 1)
    choosing.follow(user=reader, kind="search", target="windmills")
    told = {"kind": "search", "target": "watermills", "value": "1"}
    assert "You can follow at most" in client.post("/follow", told, follow=True).content.decode()
    assert reader.follows.count() == 1


def test_the_button_is_rate_limited(client, reader, world):
    told = {"kind": "paper", "target": world.pk}
    for number in range(60):
        client.post("/follow", {**told, "value": str(number % 2)})
    page = client.post("/follow", {**told, "value": "0"}, follow=True).content.decode()
    assert "Too many requests. Try again in" in page and reader.follows.count() == 1


def test_every_page_has_the_button_and_says_what_is_followed(client, alice, bob, world):
    pages = {
        "person": bob.get_absolute_url(),
        "paper": world.get_absolute_url(),
        "venue": world.venue.get_absolute_url(),
        "field": "/?field=seeing",
        "author": "/author/ada-lovelace",
        "search": "/search?q=residual+windmills",
    }
    for page in [*pages.values(), f"{world.venue.get_absolute_url()}/2016"]:
        html = client.get(page).content.decode()
        assert 'name="target"' not in html
        assert (
            f"?next={page.replace('?', '%3F').replace('=', '%3D').replace('+', '%2B').replace('/', '%2F')}"
            in html
        )
    client.force_login(alice)
    for kind, page in pages.items():
        html = client.get(page).content.decode()
        told = {"kind": kind, "target": targets(world, bob)[kind], "value": "1"}
        assert (
            f'name="target" value="{told["target"]}"' in html and 'value="1" aria-pressed' in html
        )
        client.post("/follow", told)
        assert 'value="0" aria-pressed="true">Following' in client.get(page).content.decode()


def test_signed_out_a_press_leads_to_sign_in_and_back(client, world):
    told = {"kind": "paper", "target": world.pk, "value": "1", "next": world.get_absolute_url()}
    answer = client.post("/follow", told)
    assert answer.status_code == 302 and "login" in answer["Location"]
    assert world.get_absolute_url().replace("/", "%2F") in answer["Location"]
    assert "evil" not in client.post("/follow", {**told, "next": "https://evil.org"})["Location"]
    assert client.get("/following")["Location"].startswith("/account/login/")


def test_the_buttons_of_a_page_cost_one_query(client, reader, world):
    def queries(page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        return sum("following_follow" in query["sql"] for query in captured)

    for page in (world.get_absolute_url(), world.venue.get_absolute_url(), "/?field=seeing"):
        assert queries(page) == 1
    client.logout()
    assert queries(world.get_absolute_url()) == 0


def test_an_unsigned_summary_is_no_news_of_a_person(client, reader, bob):
    choosing.follow(user=reader, kind="person", target=str(bob.pk))
    signed = make_summary(paper=make_paper(title="Signed"), author=bob)
    make_summary(paper=make_paper(title="Unsigned"), author=bob, is_anonymous=True)
    assert shown(client) == ["Signed"]
    revise(
        summary_id=signed.pk,
        editor=bob,
        text=signed.text,
        based_on=signed.save_count,
        is_anonymous=True,
    )
    assert shown(client) == []


@pytest.mark.parametrize("words", ["by:bob", "Bob Ross", "windmills"])
def test_a_search_does_not_find_who_signs_no_more(client, reader, bob, world, words):
    """Its answers are remembered; those that may rest on the name go with the name."""
    choosing.follow(user=reader, kind="search", target=words)
    assert shown(client) == ["On residual windmills"]
    summary = world.summaries.get()
    revise(
        summary_id=summary.pk,
        editor=bob,
        text=summary.text,
        based_on=summary.save_count,
        is_anonymous=True,
    )
    assert shown(client) == []


def test_a_search_shows_what_it_found_before_and_forgets_it_when_unfollowed(reader, world):
    made = choosing.follow(user=reader, kind="search", target="  residual   windmills ")
    assert made.words == "residual windmills" and SavedSearchMatch.objects.count() == 1
    choosing.unfollow(user=reader, kind="search", target="residual windmills")
    assert not SavedSearchMatch.objects.exists()


def test_what_is_hidden_or_ones_own_is_no_news(client, reader, bob):
    paper = make_paper(title="Both wrote")
    choosing.follow(user=reader, kind="paper", target=str(paper.pk))
    make_summary(paper=paper, author=reader)
    assert shown(client) == []
    theirs = make_summary(paper=paper, author=bob)
    publish(paper=paper, author=make_user(), text="A draft.", state="draft")
    assert shown(client) == ["Both wrote"]
    theirs.state = "hidden"
    theirs.save()
    assert shown(client) == []


def test_pages_go_on_where_the_last_one_ended(client, reader):
    venue = make_venue("Windmill Letters")
    choosing.follow(user=reader, kind="venue", target=str(venue.pk))
    for number in range(27):
        make_summary(paper=make_paper(title=f"Paper {number}", venue="Windmill Letters"))
    first = client.get("/following").context
    rest = shown(client, first["next_page"])
    titles = [item["paper"].title for item in first["items"]] + rest
    assert titles == [f"Paper {number}" for number in reversed(range(27))]


def test_the_page_has_a_fixed_number_of_queries(client, reader, bob, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/following")
        return len(captured)

    for kind, target in targets(world, bob).items():
        choosing.follow(user=reader, kind=kind, target=target)
    few = queries()
    for number in range(6):
        person = make_user()
        make_summary(paper=make_paper(arxiv=f"1707.0000{number}"), author=person)
        choosing.follow(user=reader, kind="person", target=str(person.pk))
        choosing.follow(user=reader, kind="search", target=f"test part {number}")
    assert queries() == few <= 18


def test_merged_papers_are_followed_once(reader):
    kept, merged = make_paper(title="On merging"), make_paper(title="On merging, again")
    for paper in (kept, merged):
        choosing.follow(user=reader, kind="paper", target=str(paper.pk))
    merge(kept=kept, merged=merged, merged_by=None)
    assert [follow.paper for follow in reader.follows.all()] == [kept]


def test_the_secret_feed_is_read_without_signing_in_until_it_is_ended(client, reader, bob, world):
    choosing.follow(user=reader, kind="paper", target=str(world.pk))
    assert "/feed.atom" not in client.get("/following").content.decode()
    client.post("/following/feed", {"value": "1"})
    address = f"/following/{SecretFeed.objects.get().secret}/feed.atom"
    assert address in client.get("/following").content.decode()
    client.logout()
    answer = client.get(address)
    assert answer.status_code == 200 and "Sails that remember" in answer.content.decode()
    assert "private" in answer["Cache-Control"] and 'rel="hub"' not in answer.content.decode()
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get(address.replace("/following/", "/notifications/")).status_code == 404
    client.force_login(reader)
    client.post("/following/feed", {"value": "1"})
    assert client.get(address).status_code == 404
    newer = f"/following/{SecretFeed.objects.get().secret}/feed.json"
    assert json.loads(client.get(newer).content)["items"]
    client.post("/following/feed", {"value": "0"})
    assert client.get(newer).status_code == 404 and not SecretFeed.objects.exists()


def test_what_is_followed_is_taken_along(reader, bob, world):
    assert list(files(reader)) == []
    for kind, target in targets(world, bob).items():
        choosing.follow(user=reader, kind=kind, target=target)
    ((name, content),) = files(reader)
    told = {follow["kind"]: follow["what"] for follow in json.loads(content)["follows"]}
    assert name == "following.json" and told["person"] == "bob" and told["venue"] == "NeurIPS"
    assert set(told) == set(Follow.Kind.values)

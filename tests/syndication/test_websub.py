"""A hub hears of changed feeds, and never whose an anonymous summary is."""

import pytest

from common.http.webhook import DeliveryError
from summaries.actions import comment, delete, hide_and_remove
from syndication.feeds import websub
from tests.support.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(social, settings):
    settings.WEBSUB_HUB = f"{social.url}/hub"
    return social


@pytest.fixture
def publish(alice, django_capture_on_commit_callbacks):
    def do(**how):
        with django_capture_on_commit_callbacks(execute=True):
            paper = make_paper(
                venue="ICLR", year=2017, authors=("Ada Lovelace",), categories=("cs.LG",)
            )
            return make_summary(paper=paper, author=alice, **how)

    return do


def told(hub) -> list[str]:
    """The feeds of the last call, without the site's address and the second format."""
    [call] = hub.calls
    form = call[2]
    assert form["hub.mode"] == ["publish"]
    feeds = [url.removeprefix("http://127.0.0.1:8000") for url in form["hub.url"]]
    atom = [feed for feed in feeds if "/feed.atom" in feed]
    assert len(atom) == len([feed for feed in feeds if "/feed.json" in feed])
    return [feed.replace("/feed.atom", "") for feed in atom]


def test_publishing_tells_the_feeds_in_which_the_summary_stands(hub, publish):
    summary = publish()
    paper = summary.paper
    assert told(hub) == [
        "",
        "?field=machine-learning",
        "?field=computer-science",
        "?sort=recent",
        "?sort=recent&field=machine-learning",
        "?sort=recent&field=computer-science",
        f"/paper/{paper.pk}",
        "/venue/iclr",
        "/venue/iclr/2017",
        "/user/alice",
        "/author/ada-lovelace",
    ]


def test_every_address_that_a_hub_is_told_is_that_of_a_feed(hub, publish, client, settings):
    publish()
    for url in hub.calls[0][2]["hub.url"]:
        answer = client.get(url.removeprefix("http://127.0.0.1:8000"))
        assert f'<{url}>; rel="self"' in answer.headers["Link"], url
        assert f'<{settings.WEBSUB_HUB}>; rel="hub"' in answer.headers["Link"]


def test_a_comment_tells_the_feed_of_its_summary(
    hub, publish, bob, django_capture_on_commit_callbacks
):
    summary = publish()
    hub.calls.clear()
    with django_capture_on_commit_callbacks(execute=True):
        comment.comment(summary_id=summary.pk, author=bob, text="Why?")
    assert told(hub) == [f"/summary/{summary.pk}"]


def test_the_feed_of_an_anonymous_author_is_not_told(hub, publish):
    publish(is_anonymous=True)
    assert not [feed for feed in told(hub) if "alice" in feed]


@pytest.mark.parametrize("state", ["draft", "private"])
def test_what_nobody_reads_is_not_told(hub, publish, state):
    publish(state=state)
    assert not hub.calls


@pytest.mark.parametrize("deed", ["withdraw", "hide"])
def test_what_goes_is_told_too(hub, publish, alice, django_capture_on_commit_callbacks, deed):
    summary = publish()
    hub.calls.clear()
    with django_capture_on_commit_callbacks(execute=True):
        if deed == "hide":
            hide_and_remove.hide([summary])
        else:
            delete.delete_summary(summary_id=summary.pk, editor=alice)
    assert "/user/alice" in told(hub)


def test_a_hub_that_fails_stops_nobody_and_is_tried_again_by_workers(hub, publish):
    hub.next_fault = "500"
    assert publish().is_public
    hub.next_fault = "503"
    with pytest.raises(DeliveryError):
        websub.ping_hub(["http://127.0.0.1:8000/feed.atom"])


def test_without_a_hub_nothing_is_sent(social, publish):
    publish()
    assert not social.calls

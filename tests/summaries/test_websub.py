"""A hub hears of changed feeds, and never whose an anonymous summary is."""

import pytest

from shortscience.lib.delivery import DeliveryError
from summaries import moderating, publishing
from summaries.feeds import websub
from tests.factories import make_paper, make_summary

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(social, settings):
    settings.WEBSUB_HUB = f"{social.url}/hub"
    return social


@pytest.fixture
def publish(alice, django_capture_on_commit_callbacks):
    def do(**how):
        with django_capture_on_commit_callbacks(execute=True):
            paper = make_paper(venue="ICLR", year=2017, authors=("Ada Lovelace",))
            return make_summary(paper=paper, author=alice, **how)

    return do


def told(hub) -> list[str]:
    """The feeds of the last call, without the site's address and the second format."""
    [call] = hub.calls
    form = call[2]
    assert form["hub.mode"] == ["publish"]
    feeds = [url.removeprefix("http://127.0.0.1:8000") for url in form["hub.url"]]
    assert len(feeds) == 2 * len([feed for feed in feeds if feed.endswith(".atom")])
    return [feed.removesuffix("/feed.atom") for feed in feeds if feed.endswith(".atom")]


def test_publishing_tells_the_feeds_in_which_the_summary_stands(hub, publish):
    summary = publish()
    paper = summary.paper
    assert told(hub) == [
        "",
        f"/paper/{paper.pk}",
        "/venue/iclr",
        "/venue/iclr/2017",
        "/user/alice",
        "/author/ada-lovelace",
    ]


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
            moderating.hide([summary])
        else:
            publishing.withdraw(summary_id=summary.pk, editor=alice)
    assert "/user/alice" in told(hub)


def test_a_hub_that_fails_stops_nobody_and_is_tried_again_by_workers(hub, publish):
    hub.next_fault = "500"
    assert publish().is_public
    hub.next_fault = "503"
    with pytest.raises(DeliveryError):
        websub.tell_hub(["http://127.0.0.1:8000/feed.atom"])


def test_without_a_hub_nothing_is_sent(social, publish):
    publish()
    assert not social.calls

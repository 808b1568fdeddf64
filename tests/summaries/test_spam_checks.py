"""What is looked at before readers see it."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import BlockedDomain
from social.models import Announcement
from summaries.actions import comment, publish, spam_checks
from summaries.models import Comment, Summary
from summaries.rendering import TextRefusedError, render
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db
LINK = "See [this](https://shop.example/cheap)."
LONG_AGO = timezone.now() - datetime.timedelta(days=100)


@pytest.fixture
def newcomer():
    return make_user("newcomer")


@pytest.fixture
def regular():
    person = make_user("regular", date_joined=LONG_AGO)
    for _ in range(spam_checks.POSTS_OF_A_NEWCOMER):
        make_summary(author=person)
    return person


@pytest.mark.parametrize(
    "text, waits",
    [
        ("No link at all.", False),
        (LINK, True),
        ("https://shop.example/cheap", True),
        ("![a picture](https://shop.example/plot.png)", True),
        ("[the paper](https://arxiv.org/abs/1706.03762)", False),
        ("[pdf](https://proceedings.mlr.press/v37/x.pdf)", False),
        ("[not arXiv](https://notarxiv.org/)", True),
        ("[not arXiv](https://arxiv.org.evil.example/)", True),
        ("[here](/paper/1)", False),
        ("`https://shop.example/` in code", False),
    ],
)
def test_a_newcomers_links_elsewhere_wait(newcomer, text, waits):
    assert spam_checks.must_wait(newcomer, render(text)) == waits


def test_who_is_known_does_not_wait(newcomer, regular):
    html = render(LINK)
    assert not spam_checks.must_wait(regular, html)
    assert not spam_checks.must_wait(make_user(is_trusted=True), html)
    assert not spam_checks.must_wait(make_user(is_staff=True), html)
    old_but_silent = make_user(date_joined=LONG_AGO)
    assert spam_checks.must_wait(old_but_silent, html)


def test_a_waiting_summary_is_its_authors_alone(client, newcomer, bob):
    summary = make_summary(author=newcomer, text=LINK)
    assert summary.state == "waiting" and summary.published_at is None
    assert not summary.revisions.exists()
    assert Summary.objects.visible_to(newcomer).contains(summary)
    assert not Summary.objects.visible_to(bob).contains(summary)
    summary.paper.refresh_from_db()
    assert summary.paper.summary_count == 0
    assert client.get(summary.get_absolute_url()).status_code == 404


def test_it_appears_when_a_moderator_says_so(newcomer, channels):
    summary = make_summary(author=newcomer, text=LINK)
    assert not Announcement.objects.exists()
    shown = publish.publish_waiting(summary_id=summary.pk)
    assert shown.is_public and shown.revision_number == 1
    assert Announcement.objects.filter(summary=summary).exists()


def test_no_way_around_the_moderator(newcomer):
    """Neither saving as a draft first nor taking the link out again shows it."""
    summary = make_summary(author=newcomer, text=LINK)
    for text, state in [("No link.", "published"), (LINK, "draft"), ("No link.", "published")]:
        summary = publish.revise(
            summary_id=summary.pk,
            editor=newcomer,
            text=text,
            state=state,
            based_on=summary.save_count,
        )
        assert not summary.is_public


def test_a_link_put_in_later_takes_the_summary_back_until_seen(newcomer):
    summary = make_summary(author=newcomer, text="Fine.")
    summary = publish.revise(
        summary_id=summary.pk, editor=newcomer, text=LINK, based_on=summary.save_count
    )
    assert summary.state == "waiting"
    shown = publish.publish_waiting(summary_id=summary.pk)
    assert shown.is_public and shown.revision_number == 2


def test_a_newcomers_comment_waits_too(newcomer):
    summary = make_summary()
    said = comment.comment(summary_id=summary.pk, author=newcomer, text=LINK)
    assert said.state == "waiting" and not Comment.objects.shown().exists()
    summary.refresh_from_db()
    assert summary.comment_count == 0
    comment.publish_waiting(comment_id=said.pk)
    summary.refresh_from_db()
    assert summary.comment_count == 1


@pytest.mark.parametrize("host", ["shop.example", "www.shop.example", "SHOP.example"])
def test_links_to_blocked_domains_are_refused_to_all(regular, host):
    BlockedDomain.objects.create(domain="shop.example")
    with pytest.raises(TextRefusedError, match=r"shop\.example"):
        make_summary(author=regular, text=f"[buy](https://{host}/)")
    assert not Summary.objects.filter(text__contains="buy").exists()
    with pytest.raises(TextRefusedError):
        comment.comment(
            summary_id=make_summary().pk, author=regular, text=f"[buy](https://{host}/)"
        )
    assert not Comment.objects.exists()


def test_a_domain_that_only_ends_alike_is_not_blocked(regular):
    BlockedDomain.objects.create(domain="shop.example")
    assert make_summary(author=regular, text="[ok](https://workshop.example/)").is_public


def test_a_draft_may_hold_any_link(newcomer):
    BlockedDomain.objects.create(domain="shop.example")
    assert make_summary(author=newcomer, text=LINK, state="draft", paper=make_paper()).pk

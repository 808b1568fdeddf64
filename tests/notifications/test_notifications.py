"""Who is told of what, once, and what is left of it when things change."""

import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from following import fan_out, follow
from following.models import PendingFanOut
from notifications.messages import line_of
from notifications.models import Notification, SecretFeed
from notifications.notify import notify
from papers.curation import corrections
from summaries.actions import suggest_edit
from summaries.actions.comment import ask, comment, delete_comment, publish_waiting
from summaries.actions.delete import delete_summary
from summaries.actions.publish import publish, revise
from summaries.actions.request_summary import request_summary
from tests.support.factories import make_paper, make_summary, make_user

pytestmark = pytest.mark.django_db


def told(person) -> list[str]:
    """The sentences of a person's notifications, the oldest first."""
    rows = Notification.objects.visible_to(person).with_subjects().order_by("pk")
    return [line_of(row).sentence for row in rows]


def spread_all() -> int:
    return fan_out.retry_pending(timezone.now() + datetime.timedelta(minutes=2))


@pytest.fixture
def carol(db):
    return make_user("carol", name="Carol")


# -- events ---------------------------------------------------------------------------------


def test_a_comment_is_told_to_the_author_and_an_answer_to_who_asked(alice, bob, carol):
    summary = make_summary(author=alice)
    first = comment(summary_id=summary.pk, author=bob, text="Why?")
    comment(summary_id=summary.pk, author=carol, text="I wonder too.", parent_id=first.pk)
    comment(summary_id=summary.pk, author=alice, text="Because.", parent_id=first.pk)
    assert told(alice) == ["Bob Ross commented on your summary", "Carol commented on your summary"]
    assert told(bob) == ["Carol replied to your comment", "Alice Munro replied to your comment"]
    assert told(carol) == ["Alice Munro replied in a discussion you joined"]


def test_who_is_named_hears_once_whatever_else_it_is_to_them(alice, bob, carol):
    summary = make_summary(author=alice)
    comment(summary_id=summary.pk, author=bob, text="@alice, @carol and @bob, look.")
    assert told(alice) == ["Bob Ross commented on your summary"]
    assert told(carol) == ["Bob Ross mentioned you"] and told(bob) == []


def test_an_answered_question_is_told(alice, bob):
    question = ask(paper_id=make_paper().pk, author=alice, text="What is it for?")
    ask(paper_id=question.paper_id, author=bob, text="For nothing.", parent_id=question.pk)
    assert told(alice) == ["Bob Ross answered your question"]


def test_followers_of_a_paper_hear_of_questions_on_it(client, alice, bob, carol):
    paper = make_paper(title="On mills")
    for person in (alice, bob, carol):
        follow.follow(user=person, kind="paper", target=str(paper.pk))
    question = ask(paper_id=paper.pk, author=bob, text="What is $x^2$ for, @carol?")
    assert told(alice) == ["Bob Ross asked a question"] and told(bob) == []
    assert told(carol) == ["Bob Ross mentioned you"], "once, and as what it is to her"
    assert line_of(alice.notifications.get()).quote == "What is x² for, @carol?"
    ask(paper_id=paper.pk, author=carol, text="For nothing.", parent_id=question.pk)
    assert told(bob) == ["Carol answered your question"] and len(told(alice)) == 1
    client.force_login(alice)
    page = client.get("/notifications").content.decode()
    assert "On mills" in page and question.get_absolute_url() in page
    delete_comment(comment_id=question.pk, by=bob)
    assert told(alice) == []


def test_a_question_that_waits_for_a_moderator_is_told_when_it_is_shown(alice):
    paper, stranger = make_paper(), make_user(name="Dan")
    follow.follow(user=alice, kind="paper", target=str(paper.pk))
    question = ask(paper_id=paper.pk, author=stranger, text="See https://mills.example.com/x")
    assert question.state == "waiting" and told(alice) == []
    publish_waiting(comment_id=question.pk)
    assert told(alice) == ["Dan asked a question"]


def test_suggestions_are_told_to_both_sides(alice, bob):
    summary = make_summary(author=alice, text="It wroks.")
    made = suggest_edit.suggest(summary_id=summary.pk, proposer=bob, text="It works.", note="Slip")
    assert told(alice) == ["Bob Ross suggested an edit to your summary"]
    suggest_edit.accept(suggestion_id=made.pk, editor=alice)
    assert told(bob) == ["Your suggestion was accepted"]
    other = suggest_edit.suggest(summary_id=summary.pk, proposer=bob, text="It will.", note="Time")
    suggest_edit.decline(suggestion_id=other.pk, editor=alice, answer="It works now.")
    assert told(bob)[1:] == ["Your suggestion was declined"]


def test_a_suggestion_that_was_taken_back_is_told_no_more(alice, bob):
    summary = make_summary(author=alice)
    made = suggest_edit.suggest(summary_id=summary.pk, proposer=bob, text="No.", note="Why not")
    suggest_edit.withdraw(suggestion_id=made.pk, proposer=bob)
    assert told(alice) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (["title", "year"], "Your correction was accepted"),
        (["year"], "Your correction was partly accepted"),
        ([], "Your correction was declined"),
    ],
)
def test_what_became_of_a_correction_is_told_but_not_to_who_decides(alice, bob, fields, words):
    paper = make_paper(title="On wroks")
    made = corrections.propose(
        paper=paper, proposed={"title": "On works", "year": 2001}, member=alice
    )
    if fields:
        corrections.accept(correction_id=made.pk, moderator=bob, fields=fields, answer="Thanks.")
    else:
        corrections.decline(correction_id=made.pk, moderator=bob, answer="Thanks.")
    assert told(alice) == [words]
    assert line_of(alice.notifications.get()).quote == "Thanks."
    corrections.correct(paper=paper, proposed={"year": 1999}, moderator=bob)
    assert told(bob) == []


def test_an_event_is_told_once_and_not_to_closed_accounts(alice, bob):
    assert notify(alice, "moderation", "act:1", text="Be kind.")
    assert not notify(alice, "moderation", "act:1", text="Be kind.")
    bob.is_active = False
    assert not notify(bob, "moderation", "act:2") and not notify(None, "moderation", "act:3")
    assert Notification.objects.count() == 1


# -- new summaries --------------------------------------------------------------------------


def test_followers_and_wishers_hear_of_a_summary_once(alice, bob, carol):
    paper = make_paper(venue="NeurIPS")
    for kind, target in (("paper", paper.pk), ("venue", paper.venue_id), ("person", carol.pk)):
        follow.follow(user=alice, kind=kind, target=str(target))
    follow.follow(user=bob, kind="paper", target=str(paper.pk))
    follow.follow(user=carol, kind="paper", target=str(paper.pk))
    request_summary(paper_id=paper.pk, user=bob)
    make_summary(paper=paper, author=carol)
    assert told(alice) == [] and spread_all() == 2
    assert told(alice) == ["Carol wrote a summary"]
    assert told(bob) == ["Carol wrote the summary you requested"]
    assert told(carol) == [] and not PendingFanOut.objects.exists()
    make_summary(paper=paper, author=make_user(name="Dan"))
    spread_all()
    assert told(bob)[1:] == ["Dan wrote a summary"] and spread_all() == 0


@pytest.mark.parametrize("words", ["windmills", "by:carol", "title:mills"])
def test_who_follows_a_search_hears_of_its_answers(alice, carol, words):
    follow.follow(user=alice, kind="search", target=words)
    make_summary(paper=make_paper(title="On mills"), author=carol, text="Of windmills.")
    make_summary(paper=make_paper(title="Else"), author=make_user(), text="Of nothing.")
    spread_all()
    assert told(alice) == ["Carol wrote a summary"]


def test_a_killed_worker_leaves_what_the_next_one_goes_on_with(alice, bob, carol, monkeypatch):
    for person in (alice, bob):
        follow.follow(user=person, kind="person", target=str(carol.pk))
    summary = make_summary(author=carol)
    real = fan_out.notify_all

    def killed(people, *args, **how):
        real(sorted(people)[:1], *args, **how)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fan_out, "notify_all", killed)
        patch.setattr(fan_out, "_notify_requesters", lambda summary: 0)
        with pytest.raises(KeyboardInterrupt):
            fan_out.fan_out(summary.pk)
    assert PendingFanOut.objects.exists()
    spread_all()
    assert told(alice) == told(bob) == ["Carol wrote a summary"]


def test_what_is_not_public_waits_and_a_draft_is_no_news(alice, carol):
    follow.follow(user=alice, kind="person", target=str(carol.pk))
    publish(paper=make_paper(), author=carol, text="A draft.", state="draft")
    assert not PendingFanOut.objects.exists()
    summary = make_summary(author=carol)
    delete_summary(summary_id=summary.pk, editor=carol)
    assert spread_all() == 0 and PendingFanOut.objects.exists()


def test_publishing_tells_by_a_task_after_the_commit(
    alice, carol, django_capture_on_commit_callbacks
):
    follow.follow(user=alice, kind="person", target=str(carol.pk))
    with django_capture_on_commit_callbacks(execute=True):
        make_summary(author=carol)
    assert told(alice) == ["Carol wrote a summary"] and not PendingFanOut.objects.exists()


# -- anonymity ------------------------------------------------------------------------------


def test_followers_of_a_person_hear_nothing_of_an_unsigned_summary(alice, bob, carol):
    paper = make_paper()
    follow.follow(user=alice, kind="person", target=str(carol.pk))
    follow.follow(user=alice, kind="search", target="by:carol")
    follow.follow(user=bob, kind="paper", target=str(paper.pk))
    summary = make_summary(paper=paper, author=carol, is_anonymous=True)
    spread_all()
    assert told(alice) == [] and told(bob) == ["Anonymous wrote a summary"]
    comment(summary_id=summary.pk, author=bob, text="Who are you?")
    assert told(carol) == ["Bob Ross commented on your summary"]


def test_an_unnamed_author_answers_unnamed(bob, carol):
    summary = make_summary(author=carol, is_anonymous=True)
    asked = comment(summary_id=summary.pk, author=bob, text="Who are you, @carol?")
    comment(summary_id=summary.pk, author=carol, text="Guess, @bob.", parent_id=asked.pk)
    assert told(bob) == ["Author of the summary replied to your comment"]


@pytest.mark.parametrize("kind", ["person", "search", "paper"])
def test_what_turns_anonymous_before_it_is_read_tells_no_name(client, alice, carol, kind):
    """Who follows only the person would know the name from being told at all."""
    paper = make_paper(title="On windmills")
    target = {"person": carol.pk, "search": "Carol", "paper": paper.pk}[kind]
    follow.follow(user=alice, kind=kind, target=str(target))
    summary = make_summary(paper=paper, author=carol)
    spread_all()
    assert told(alice) == ["Carol wrote a summary"]
    revise(
        summary_id=summary.pk,
        editor=carol,
        text=summary.text,
        based_on=summary.save_count,
        is_anonymous=True,
    )
    assert told(alice) == (["Anonymous wrote a summary"] if kind == "paper" else [])
    client.force_login(alice)
    page = client.get("/notifications")
    assert "Carol" not in page.content.decode()
    assert page.context["unread_count"]() == (kind == "paper")


def test_what_is_hidden_or_deleted_is_told_no_more(alice, bob, carol):
    summary = make_summary(author=alice)
    said = comment(summary_id=summary.pk, author=bob, text="@carol, see.")
    assert told(alice) and told(carol)
    delete_comment(comment_id=said.pk, by=bob)
    assert told(alice) == told(carol) == []
    comment(summary_id=summary.pk, author=bob, text="@carol, see again.")
    summary.state = "hidden"
    summary.save()
    assert told(carol) == []
    notify(alice, "moderation", "act:1", summary=summary, text="No summary of a paper.")
    assert told(alice)[-1] == "Message from the moderators"
    assert line_of(alice.notifications.latest("pk")).quote == "No summary of a paper."


# -- the page -------------------------------------------------------------------------------


@pytest.fixture
def reader(client, alice):
    client.force_login(alice)
    return alice


def test_the_page_groups_by_summary_and_marks_what_is_unread(client, reader, bob):
    one, two = (make_summary(paper=make_paper(title=t), author=reader) for t in ("One", "Two"))
    for summary in (one, two, one):
        comment(summary_id=summary.pk, author=bob, text="Why?")
    page = client.get("/notifications")
    groups = page.context["groups"]
    assert [(group.paper.title, len(group.rows)) for group in groups] == [("One", 2), ("Two", 1)]
    assert page.content.decode().count("told unread") == 3
    assert f'href="{one.get_absolute_url()}#c-' in page.content.decode()
    assert reader.notifications.unread().count() == 3


def test_reading_is_marked_by_a_post_alone(client, reader, bob):
    summary = make_summary(author=reader)
    for _ in range(3):
        comment(summary_id=summary.pk, author=bob, text="Why?")
    numbers = list(reader.notifications.order_by("pk").values_list("pk", flat=True))
    assert client.get("/notifications/read").status_code == 405
    client.get("/notifications")
    client.get("/notifications?show=unread")
    assert reader.notifications.unread().count() == 3
    answer = client.post("/notifications/read", {"id": numbers[0], "next": "/notifications"})
    assert answer.status_code == 303
    assert len(client.get("/notifications?show=unread").context["groups"][0].rows) == 2
    client.post("/notifications/read", {"until": numbers[1]})
    assert list(reader.notifications.unread().values_list("pk", flat=True)) == [numbers[2]]


def test_nobody_marks_or_sees_what_was_told_to_others(client, reader, bob):
    notify(bob, "moderation", "act:1", text="For Bob alone.")
    row = bob.notifications.get()
    client.post("/notifications/read", {"id": row.pk})
    client.post("/notifications/read", {"until": row.pk})
    row.refresh_from_db()
    assert row.read_at is None
    assert "For Bob alone" not in client.get("/notifications").content.decode()
    client.logout()
    assert client.get("/notifications")["Location"].startswith("/account/login/")


def test_the_empty_page_says_what_comes_here(client, reader):
    assert (
        "We notify you here when someone replies to you, suggests an edit to you, or summarises what you follow."
        in client.get("/notifications").content.decode()
    )


def test_the_header_counts_with_one_query_and_none_signed_out(client, reader, bob):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/about")
        return sum("following_notification" in query["sql"] for query in captured)

    make_summary(author=reader)
    assert queries() == 1
    notify(reader, "moderation", "act:1")
    assert "1 unread" in client.get("/about").content.decode()
    client.logout()
    assert queries() == 0


def test_the_page_has_a_fixed_number_of_queries(client, reader):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/notifications")
        return len(captured)

    def happen() -> None:
        summary = make_summary(author=reader)
        comment(summary_id=summary.pk, author=make_user(), text="Why, @alice?")
        suggest_edit.suggest(
            summary_id=summary.pk, proposer=make_user(), text="No.", note="Why not"
        )
        other = make_summary()
        notify(reader, "followed", f"summary:{other.pk}", summary=other)
        made = corrections.propose(paper=make_paper(), proposed={"year": 1900}, member=reader)
        corrections.decline(correction_id=made.pk, moderator=make_user())

    happen()
    few = queries()
    for _ in range(4):
        happen()
    assert queries() == few <= 6


def test_the_feed_of_notifications_is_secret_and_by_the_same_doors(client, reader, bob):
    summary = make_summary(paper=make_paper(title="On $x^2$"), author=reader)
    said = comment(summary_id=summary.pk, author=bob, text="Why <b>so</b>?")
    client.post("/notifications/feed", {"value": "1"})
    secret = SecretFeed.objects.get(kind="notifications").secret
    assert len(secret) == 22
    client.logout()
    told = json.loads(client.get(f"/notifications/{secret}/feed.json").content)
    (item,) = told["items"]
    assert item["title"] == "Bob Ross commented on your summary: On x²"
    assert "Why" in item["content_html"] and f"#c-{said.pk}" in item["url"]
    delete_comment(comment_id=said.pk, by=bob)
    assert json.loads(client.get(f"/notifications/{secret}/feed.json").content)["items"] == []
    assert client.get(f"/notifications/{'x' * 22}/feed.atom").status_code == 404

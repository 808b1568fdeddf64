"""What moderators do reaches the text, its lists, its author, its reporters and the log."""

import datetime

import pytest
from django.utils import timezone, translation

from accounts import suspensions
from moderation import actions
from moderation.models import Case, ModerationAction
from moderation.reporting import report
from notifications.models import Notification
from social.models import Announcement
from summaries.actions import comment as commenting
from summaries.actions import hide_and_remove, publish
from summaries.models import Comment, Summary, Vote
from tests.support.factories import make_summary, make_user
from tests.support.moderators import LINK, make_case, make_moderator

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_moderator()


def decide(case, choice, moderator, *, reason="spam", **how):
    case.refresh_from_db()
    return actions.decide(
        case_id=case.pk,
        seen=case.change_count,
        choice=choice,
        moderator=moderator,
        reason=reason,
        **how,
    )


def told(person) -> list[str]:
    rows = Notification.objects.filter(user=person, kind="moderation").order_by("pk")
    return list(rows.values_list("words", flat=True))


def test_hiding_tells_the_author_the_reporter_and_the_log(mia, alice, bob):
    case = make_case(author=alice, reporter=bob)
    act = decide(case, "hide", mia, message="See line 3.", note="third time")
    summary = Summary.objects.get()
    assert summary.state == "hidden"
    summary.paper.refresh_from_db()
    assert summary.paper.summary_count == 0
    assert told(alice) == [
        "Moderators have hidden your summary. It is advertising, or it links to unrelated sites. "
        "See line 3."
    ]
    assert told(bob) == ["A moderator reviewed your report and hid the content. Thank you."]
    assert (act.deed, act.subject, act.reason, act.moderator) == ("hidden", "summary", "spam", mia)
    case.refresh_from_db()
    assert case.state == "done" and case.reports.get().settled_at


def test_a_hidden_text_comes_back_and_nobody_is_told_twice(mia, alice, bob):
    case = make_case(author=alice, reporter=bob)
    decide(case, "hide", mia)
    assert decide(case, "keep", mia, reason="fine").deed == "restored"
    summary = Summary.objects.get()
    assert summary.is_public and summary.revision_number == 1
    assert len(told(alice)) == 2 and len(told(bob)) == 1


def test_keeping_leaves_all_as_it_was(mia, alice, bob):
    case = make_case(author=alice, reporter=bob)
    before = Summary.objects.values().get()
    assert decide(case, "keep", mia, reason="fine").deed == "kept"
    assert Summary.objects.values().get() == before
    assert "No changes were made." in told(alice)[0] and "kept the content" in told(bob)[0]


def test_removing_takes_it_from_its_author_too_and_can_be_turned_round(mia, alice):
    case = make_case(author=alice)
    decide(case, "remove", mia)
    summary = Summary.objects.get()
    assert summary.is_removed and summary.deleted_at
    assert not Summary.objects.visible_to(alice).exists()
    assert not Summary.objects.deleted_by(alice).exists()
    assert Notification.objects.get(user=alice).paper == summary.paper
    decide(case, "keep", mia, reason="fine")
    assert Summary.objects.published().exists()


def test_a_removed_one_stays_away_when_another_was_written(mia, alice):
    case = make_case(author=alice)
    decide(case, "remove", mia)
    make_summary(author=alice, paper=case.summary.paper)
    with pytest.raises(actions.ActionNotAllowedError, match="another summary"):
        decide(case, "keep", mia)
    assert Summary.objects.published().count() == 1


def test_asking_to_edit_leaves_it_public_and_waits_for_the_edit(mia, alice, bob):
    case = make_case(author=alice, reporter=bob)
    assert decide(case, "ask", mia, reason="copied").deed == "asked"
    case.refresh_from_db()
    assert (case.state, case.taken_by) == ("asked", mia)
    assert Summary.objects.published().exists()
    assert told(alice)[0].startswith("A moderator asked you to edit your summary. It is copied.")
    assert not told(bob)
    decide(case, "keep", mia, reason="fine")
    assert len(told(bob)) == 1


def test_a_first_text_with_links_waits_for_a_case_and_is_published_with_all_that_belongs_to_it(
    mia, channels
):
    newcomer, follower = make_user("newcomer"), make_user()
    summary = make_summary(author=newcomer, text=LINK)
    case = Case.objects.get(summary=summary)
    assert case.is_screening and summary.state == "waiting"
    assert decide(case, "keep", mia, reason="fine").deed == "shown"
    summary.refresh_from_db()
    assert summary.is_public and summary.published_at and summary.revision_number == 1
    assert Announcement.objects.filter(summary=summary).exists()
    assert "Everyone can read it now." in told(newcomer)[0]
    assert not told(follower)


def test_declining_a_first_text_tells_why_and_it_can_still_be_shown(mia):
    newcomer = make_user("newcomer")
    summary = make_summary(author=newcomer, text=LINK)
    case = Case.objects.get(summary=summary)
    assert decide(case, "hide", mia).deed == "declined"
    assert "did not publish it. It is advertising" in told(newcomer)[0]
    assert decide(case, "keep", mia, reason="fine").deed == "restored"
    summary.refresh_from_db()
    assert summary.is_public and summary.published_at


def test_its_author_sees_that_it_waits(client):
    newcomer = make_user("newcomer")
    summary = make_summary(author=newcomer, text=LINK)
    client.force_login(newcomer)
    assert "Waiting for a moderator" in client.get(summary.get_absolute_url()).content.decode()


def test_an_author_who_edits_what_waits_brings_the_case_up_again(mia):
    newcomer = make_user("newcomer")
    summary = make_summary(author=newcomer, text=LINK)
    case = Case.objects.get(summary=summary)
    decide(case, "ask", mia)
    seen = Case.objects.get().change_count
    publish.revise(
        summary_id=summary.pk,
        editor=newcomer,
        text=f"{LINK} Better.",
        state="published",
        based_on=summary.save_count,
    )
    case.refresh_from_db()
    assert case.state == "waiting" and case.change_count > seen
    with pytest.raises(actions.StaleCaseError):
        actions.decide(case_id=case.pk, seen=seen, choice="keep", moderator=mia, reason="fine")


def test_comments_and_questions_are_hidden_shown_and_removed(mia, alice, bob):
    summary = make_summary(author=alice)
    comment = commenting.comment(summary_id=summary.pk, author=bob, text="Buy this.")
    case = make_case(comment)
    assert decide(case, "hide", mia).subject == "comment"
    summary.refresh_from_db()
    assert summary.comment_count == 0 and not Comment.objects.shown().exists()
    decide(case, "keep", mia, reason="fine")
    summary.refresh_from_db()
    assert summary.comment_count == 1
    decide(case, "remove", mia)
    assert not Comment.objects.shown().exists()
    question = commenting.ask(paper_id=summary.paper_id, author=bob, text="Why?")
    assert decide(make_case(question), "hide", mia).subject == "question"
    assert not Comment.objects.published().exists()
    assert len(told(bob)) == 4


def test_the_second_of_two_moderators_is_told(mia, alice):
    case = make_case(author=alice)
    actions.decide(case_id=case.pk, seen=0, choice="keep", moderator=mia, reason="fine")
    with pytest.raises(actions.StaleCaseError):
        actions.decide(
            case_id=case.pk, seen=0, choice="hide", moderator=make_moderator("max"), reason="spam"
        )
    assert Summary.objects.published().exists() and ModerationAction.objects.count() == 1


def test_a_new_report_opens_a_case_again(mia, alice):
    case = make_case(author=alice)
    decide(case, "keep", mia, reason="fine")
    report(text=case.summary, reporter=make_user(), reason="abuse")
    case.refresh_from_db()
    assert case.state == "waiting" and Case.objects.count() == 1


def test_nobody_decides_on_the_own_text(alice):
    moderator = make_moderator()
    case = make_case(author=moderator)
    with pytest.raises(actions.ActionNotAllowedError, match="You wrote this text"):
        decide(case, "keep", moderator)


def test_authors_are_told_in_their_language(mia, alice, monkeypatch):
    spoken = []
    monkeypatch.setattr(
        "moderation.author_notices.notify",
        lambda *args, **kwargs: spoken.append(translation.get_language()),
    )
    alice.reading = {"language": "de"}
    alice.save()
    case = make_case(author=alice)
    decide(case, "hide", mia)
    assert spoken[0] == "de" and translation.get_language() == "en"


def test_a_text_without_an_author_is_hidden_all_the_same(mia, alice):
    case = make_case(author=alice)
    Summary.objects.update(author=None)
    decide(case, "hide", mia)
    assert not Summary.objects.published().exists()


# -- suspending -------------------------------------------------------------------------------


def suspend(person, moderator, days=7):
    return actions.suspend_person(person=person, moderator=moderator, days=days, reason="abuse")


def test_a_suspended_person_has_no_session_and_cannot_sign_in(client, mia, alice):
    client.post("/account/login/", {"login": "alice", "password": "correct horse"})
    assert client.get("/settings").status_code == 200
    suspend(alice, mia)
    assert client.get("/settings").status_code == 302
    answer = client.post(
        "/account/login/", {"login": "alice", "password": "correct horse"}, follow=True
    )
    page = answer.content.decode()
    assert "This account is suspended" in page and "It attacks a person" in page
    assert client.get("/settings").status_code == 302


def test_a_session_that_is_not_listed_ends_as_well(client, mia, alice):
    client.force_login(alice)
    suspend(alice, mia)
    assert client.get("/settings").status_code == 302


def test_posts_that_wait_are_held_and_go_on_when_it_is_lifted(mia, alice, channels):
    summary = make_summary(author=alice)
    unsigned = make_summary(author=alice, is_anonymous=True)
    suspend(alice, mia)
    states = {row.summary_id: row.state for row in Announcement.objects.all()}
    # That the unsigned one stopped would tell whose it is.
    assert states == {summary.pk: "skipped", unsigned.pk: "waiting"}
    actions.lift_suspension(person=alice, moderator=mia)
    assert {row.state for row in Announcement.objects.all()} == {"waiting"}


def test_votes_stop_counting_at_once_and_count_again(mia, alice, bob):
    summary = make_summary(author=bob)
    Vote.objects.create(summary=summary, voter=alice, value=1)
    from summaries.actions.vote import recount_votes_of

    recount_votes_of(alice)
    summary.refresh_from_db()
    assert summary.score == 1
    suspend(alice, mia)
    summary.refresh_from_db()
    assert summary.score == 0
    actions.lift_suspension(person=alice, moderator=mia)
    summary.refresh_from_db()
    assert summary.score == 1


def test_it_ends_by_itself(client, mia, alice):
    suspend(alice, mia)
    alice.suspended_until = timezone.now() - datetime.timedelta(seconds=1)
    alice.save()
    assert not suspensions.is_suspended(alice)
    client.post("/account/login/", {"login": "alice", "password": "correct horse"})
    assert client.get("/settings").status_code == 200


def test_the_author_of_an_unsigned_text_is_not_suspended_through_it(mia, alice):
    case = make_case(author=alice, is_anonymous=True)
    with pytest.raises(actions.ActionNotAllowedError, match="author is anonymous"):
        actions.suspend_author(case_id=case.pk, seen=0, moderator=mia, days=7, reason="spam")
    alice.refresh_from_db()
    assert alice.suspended_until is None


def test_moderators_are_not_suspended_by_each_other(mia):
    with pytest.raises(actions.ActionNotAllowedError, match="moderator"):
        suspend(make_moderator("max"), mia)


def test_a_summary_is_hidden_only_once(mia, alice):
    summary = make_summary(author=alice)
    assert hide_and_remove.hide([summary]) == 1 and hide_and_remove.hide([summary]) == 0
    assert hide_and_remove.restore([summary]) == 1 and hide_and_remove.restore([summary]) == 0

"""A person's number: the mean of settled net votes over what was signed."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from accounts.suspensions import end_suspension, suspend
from summaries.actions.delete import delete_summary
from summaries.actions.vote import cast_vote, recount_after_suspensions
from summaries.models import Summary, Vote
from summaries.ranking import reputation
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


def vote(summary, *values: int, days_ago: float = 3) -> None:
    for value in values:
        voter = make_user()
        cast_vote(summary_id=summary.pk, voter=voter, value=value)
        at = timezone.now() - datetime.timedelta(days=days_ago)
        Vote.objects.filter(voter=voter).update(created_at=at)


def number_of(person: User) -> float:
    reputation.recount_all()
    return User.objects.get(pk=person.pk).reputation


def test_it_is_the_mean_of_net_votes_per_summary(alice):
    for values in ((1, 1, 1), (1, -1), ()):
        vote(make_summary(author=alice), *values)
    assert number_of(alice) == pytest.approx(1.0)
    vote(Summary.objects.filter(author=alice).last(), -1, -1)
    assert number_of(alice) == pytest.approx(1 / 3)


def test_votes_count_after_two_days(alice):
    summary = make_summary(author=alice)
    vote(summary, 1, days_ago=2.1)
    vote(summary, 1, 1, days_ago=1.9)
    assert number_of(alice) == 1.0


@pytest.mark.parametrize("how", [{"is_anonymous": True}, {"state": "private"}, {"state": "draft"}])
def test_what_readers_do_not_see_signed_never_moves_it(alice, how):
    vote(make_summary(author=alice), 1, 1)
    before = number_of(alice)
    unseen = make_summary(author=alice, **how)
    if how.get("is_anonymous"):
        vote(unseen, 1, 1, 1, 1)
    assert number_of(alice) == before == 2.0


def test_a_summary_that_is_gone_counts_no_more(alice):
    good, bad = make_summary(author=alice), make_summary(author=alice)
    vote(good, 1, 1)
    vote(bad, -1)
    assert number_of(alice) == 0.5
    delete_summary(summary_id=bad.pk, editor=alice)
    assert number_of(alice) == 2.0
    delete_summary(summary_id=good.pk, editor=alice)
    assert number_of(alice) == 0


def test_votes_of_a_suspended_person_wait(alice, bob):
    summary = make_summary(author=alice)
    cast_vote(summary_id=summary.pk, voter=bob, value=1)
    Vote.objects.update(created_at=timezone.now() - datetime.timedelta(days=3))
    assert number_of(alice) == 1.0
    suspend(bob, until=timezone.now() + datetime.timedelta(days=7))
    assert number_of(alice) == 0 == Summary.objects.get().score
    end_suspension(bob)
    assert number_of(alice) == 1.0 == Summary.objects.get().score


def test_votes_count_again_when_a_suspension_runs_out(alice, bob):
    summary = make_summary(author=alice)
    cast_vote(summary_id=summary.pk, voter=bob, value=1)
    suspend(bob, until=timezone.now() + datetime.timedelta(days=7))
    assert recount_after_suspensions() == 0 == Summary.objects.get().score
    User.objects.filter(pk=bob.pk).update(suspended_until=timezone.now())
    assert recount_after_suspensions() == 1 == Summary.objects.get().score


def test_it_is_recounted_in_batches_and_by_a_command(alice, monkeypatch, capsys):
    monkeypatch.setattr(reputation, "BATCH", 2)
    for _ in range(5):
        vote(make_summary(), 1)
    call_command("recount_reputation")
    assert "5 reputations changed" in capsys.readouterr().out
    assert User.objects.filter(reputation=1).count() == 5
    assert reputation.recount_all() == 0

import threading

import pytest
from django.db import connection

from summaries.actions.vote import VoteNotAllowedError, cast_vote, recount_votes_of
from summaries.models import Summary, Vote
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("cast", "score"),
    [([1], 1), ([1, 1], 1), ([-1], -1), ([1, -1], -1), ([1, 0], 0), ([0], 0), ([-1, 0, 1], 1)],
)
def test_the_last_vote_counts_once(cast, score):
    summary, voter = make_summary(), make_user()
    results = [cast_vote(summary_id=summary.pk, voter=voter, value=value) for value in cast]
    assert results[-1] == score == Summary.objects.get(pk=summary.pk).score


def test_votes_of_several_people_add_up():
    summary = make_summary()
    for value in (1, 1, -1, 1):
        cast_vote(summary_id=summary.pk, voter=make_user(), value=value)
    summary.refresh_from_db()
    assert (summary.score, summary.up_count, summary.down_count) == (2, 3, 1)
    assert summary.paper.ranking.best > 0


def test_nobody_votes_on_their_own():
    summary = make_summary()
    with pytest.raises(VoteNotAllowedError, match="your own summary"):
        cast_vote(summary_id=summary.pk, voter=summary.author, value=1)


@pytest.mark.parametrize("state", ["draft", "private", "hidden"])
def test_what_a_voter_cannot_see_cannot_be_voted_on(state):
    summary = make_summary(state=state)
    with pytest.raises(Summary.DoesNotExist):
        cast_vote(summary_id=summary.pk, voter=make_user(), value=1)


def test_another_value_is_refused():
    with pytest.raises(ValueError, match="1, 0 or -1"):
        cast_vote(summary_id=make_summary().pk, voter=make_user(), value=2)


def test_a_new_accounts_votes_count_after_verification():
    summary, voter = make_summary(), make_user(is_verified=False)
    assert cast_vote(summary_id=summary.pk, voter=voter, value=1) == 0
    voter.is_verified = True
    voter.save()
    recount_votes_of(voter)
    assert Summary.objects.get(pk=summary.pk).score == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_equal_votes_at_once_are_one():
    summary, voter = make_summary(), make_user()
    failures = []

    def vote() -> None:
        try:
            cast_vote(summary_id=summary.pk, voter=voter, value=1)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=vote) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert Vote.objects.filter(summary=summary).count() == 1
    assert Summary.objects.get(pk=summary.pk).score == 1

"""Votes that look arranged are found, honest ones are not; a decision can be turned round."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from summaries.actions.vote import VoteNotAllowedError, cast_vote
from summaries.models import Summary, Vote, VoteRing
from summaries.ranking import vote_rings
from tests.support.factories import make_summary, make_user

pytestmark = pytest.mark.django_db


def vote(voter, summaries, *, value: int = 1, days_ago: float = 0.0) -> None:
    for summary in summaries:
        cast_vote(summary_id=summary.pk, voter=voter, value=value)
    at = timezone.now() - datetime.timedelta(days=days_ago)
    Vote.objects.filter(voter=voter, summary__in=summaries).update(created_at=at)


def works_of(author, count: int = 5, **how) -> list[Summary]:
    return [make_summary(author=author, **how) for _ in range(count)]


@pytest.fixture
def pair(db):
    """Two friends, each with five summaries that the other one marks within a day."""
    one, two = make_user("one"), make_user("two")
    vote(one, works_of(two))
    vote(two, works_of(one))
    return one, two


def scores_of(*people) -> list[int]:
    return list(Summary.objects.filter(author__in=people).values_list("score", flat=True))


def test_two_who_praise_each_other_are_found_once(pair):
    (ring,) = vote_rings.find_rings()
    assert set(ring.members.all()) == set(pair) and ring.votes.count() == 10
    assert ring.signs == (
        "2 accounts, 10 votes for each other, 10 of them within 48 hours; 1 pair in both "
        "directions; at least half of what each voter cast."
    )
    assert vote_rings.find_rings() == [] and VoteRing.objects.count() == 1


def test_an_open_ring_grows(pair):
    (ring,) = vote_rings.find_rings()
    third = make_user("three")
    vote(third, Summary.objects.filter(author=pair[0]))
    assert vote_rings.find_rings() == [ring]
    assert ring.votes.count() == 15 and third in ring.members.all()


def test_several_accounts_for_one_author_are_found():
    author = make_user("author")
    works = works_of(author, 4)
    helpers = [make_user() for _ in range(3)]
    for helper in helpers:
        vote(helper, works)
    (ring,) = vote_rings.find_rings()
    assert set(ring.members.all()) == {author, *helpers}
    assert ring.signs.startswith("3 voters, 12 votes for one author")


def test_who_is_voted_down_by_a_group_is_no_member_of_it():
    victim = make_user("victim")
    works = works_of(victim, 4)
    group = [make_user() for _ in range(3)]
    for member in group:
        vote(member, works, value=-1)
    (ring,) = vote_rings.find_rings()
    assert set(ring.members.all()) == set(group)
    assert "against one author" in ring.signs


def test_honest_votes_are_left_alone():
    mara, tunde, reader = make_user("mara"), make_user("tunde"), make_user("reader")
    of_mara, of_tunde = works_of(mara), works_of(tunde)
    # One faithful reader of one author.
    vote(reader, of_mara)
    # Two who like each other's work, but mostly read others.
    others = [make_summary() for _ in range(6)]
    for one, works in ((mara, of_tunde), (tunde, of_mara)):
        vote(one, works)
        vote(one, others)
    assert vote_rings.find_rings() == []


def test_votes_over_weeks_are_left_alone():
    one, two = make_user("one"), make_user("two")
    for voter, author in ((one, two), (two, one)):
        for week, summary in enumerate(works_of(author)):
            vote(voter, [summary], days_ago=5 * week)
    assert vote_rings.find_rings() == []


def test_old_votes_are_not_looked_at(pair):
    Vote.objects.update(
        created_at=timezone.now() - datetime.timedelta(days=vote_rings.WINDOW_DAYS + 1)
    )
    assert vote_rings.find_rings() == []


def test_who_wrote_an_anonymous_summary_is_never_looked_at():
    """Else a ring would tell moderators who the unnamed author is."""
    one, two = make_user("one"), make_user("two")
    vote(one, works_of(two, is_anonymous=True))
    vote(two, works_of(one, is_anonymous=True))
    assert vote_rings.find_rings() == []


def test_a_discounted_ring_counts_no_more_and_can_be_turned_round(pair, alice):
    (ring,) = vote_rings.find_rings()
    moderator = make_user("moderator", is_staff=True)
    for _ in range(2):
        vote_rings.discount(ring_id=ring.pk, by=moderator)
        assert scores_of(*pair) == [0] * 10
    ring.refresh_from_db()
    assert (ring.state, ring.decided_by) == ("discounted", moderator)
    assert Summary.objects.filter(author=pair[0]).first().paper.ranking.best == 0
    # Other votes go on counting.
    cast_vote(summary_id=Summary.objects.first().pk, voter=alice, value=1)
    assert sum(scores_of(*pair)) == 1
    vote_rings.clear(ring_id=ring.pk, by=moderator)
    assert sum(scores_of(*pair)) == 11
    assert not Vote.objects.filter(is_discounted=True).exists()


def test_what_was_decided_is_not_brought_up_again(pair, alice):
    (ring,) = vote_rings.find_rings()
    vote_rings.clear(ring_id=ring.pk, by=alice)
    assert vote_rings.find_rings() == []
    vote_rings.discount(ring_id=ring.pk, by=alice)
    assert vote_rings.find_rings() == []


def test_a_vote_in_two_rings_stays_out_until_both_are_cleared(pair, alice):
    (ring,) = vote_rings.find_rings()
    other = VoteRing.objects.create(signs="Seen by a person.")
    other.votes.add(*ring.votes.all()[:1])
    vote_rings.discount(ring_id=ring.pk, by=alice)
    vote_rings.discount(ring_id=other.pk, by=alice)
    vote_rings.clear(ring_id=ring.pk, by=alice)
    assert sum(scores_of(*pair)) == 9


def test_a_discounted_vote_cannot_be_cast_anew(pair, alice):
    (ring,) = vote_rings.find_rings()
    vote_rings.discount(ring_id=ring.pk, by=alice)
    summary = Summary.objects.filter(author=pair[1]).first()
    for value in (0, 1, -1):
        with pytest.raises(VoteNotAllowedError, match="change it"):
            cast_vote(summary_id=summary.pk, voter=pair[0], value=value)
    assert summary.votes.count() == 1


def test_the_command_tells_what_it_found(pair, capsys):
    call_command("find_rings")
    assert "2 accounts, 10 votes" in capsys.readouterr().out


def test_the_search_for_rings_costs_the_same_for_many(pair, django_assert_num_queries):
    vote_rings.find_rings()
    with django_assert_num_queries(4):
        vote_rings._suspicious_arrows(1)
        vote_rings._suspicious_arrows(-1)

import datetime

import pytest

from summaries.ranking import scores

NOW = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)


def test_no_votes_rank_last():
    assert scores.wilson_lower_bound(ups=0, downs=0) == 0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((10, 0), (1, 0)),  # The same share of more votes is surer.
        ((50, 5), (1, 0)),
        ((5, 1), (5, 4)),
        ((1, 0), (0, 0)),
    ],
)
def test_best_is_the_surest_share_of_up_votes(better, worse):
    first = scores.wilson_lower_bound(ups=better[0], downs=better[1])
    second = scores.wilson_lower_bound(ups=worse[0], downs=worse[1])
    assert first > second


def test_wilson_agrees_with_a_published_value():
    # 8 of 10 at 95 %: 0.4902, from Newcombe, Statistics in Medicine 17 (1998), method 3.
    assert scores.wilson_lower_bound(ups=8, downs=2) == pytest.approx(0.4902, abs=5e-4)


def test_popular_prefers_votes_and_youth():
    old = NOW - datetime.timedelta(days=60)
    assert scores.popularity(score=10, since=NOW) > scores.popularity(score=1, since=NOW)
    assert scores.popularity(score=1, since=NOW) > scores.popularity(score=1, since=old)
    assert scores.popularity(score=-5, since=NOW) < scores.popularity(score=0, since=NOW)


def test_ten_times_the_votes_make_up_for_two_weeks():
    older = NOW - datetime.timedelta(seconds=scores.SECONDS_PER_TENFOLD)
    assert scores.popularity(score=100, since=older) == pytest.approx(
        scores.popularity(score=10, since=NOW)
    )


def test_what_nobody_discusses_is_below_all_that_is_discussed():
    quiet = scores.liveliness(comment_count=0, latest_at=NOW)
    old = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
    assert quiet < scores.liveliness(comment_count=1, latest_at=old)

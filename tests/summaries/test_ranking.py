import datetime
import itertools
import random

import pytest
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from mailing.digest_items import best_first as best_for_mail
from search.index import summaries_in_order
from summaries.models import Summary
from summaries.ranking import best_first, scores
from summaries.ranking.counters import recount_paper
from summaries.views.paper import SUMMARY_ORDERS
from tests.support.factories import make_paper, make_summary

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


@pytest.fixture
def tied(db) -> list[int]:
    """Summaries of one paper that agree in one thing after the other, down to their number."""
    paper = make_paper()
    dates = [NOW, NOW - datetime.timedelta(days=1)]
    votes = [(0, 0), (3, 1), (2, 0), (0, 2)]  # (up, down): two have a score of 2
    numbers = []
    for (ups, downs), at in itertools.product(votes, [*dates, NOW]):
        summary = make_summary(paper=paper)
        Summary.objects.filter(pk=summary.pk).update(
            up_count=ups, down_count=downs, score=ups - downs, published_at=at
        )
        numbers.append(summary.pk)
    return numbers


def test_best_first_is_one_order_for_the_database_and_for_python(client, tied):
    by_database = list(Summary.objects.published().ranked().values_list("pk", flat=True))
    rows = list(Summary.objects.filter(pk__in=tied))
    assert sorted(by_database) == sorted(tied)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert [row.pk for row in sorted(rows, key=best_first.best_first_key)] == by_database
        assert [row.pk for row in best_for_mail(rows)] == by_database
        assert best_first.best_of(rows).pk == by_database[0]
    assert best_first.best_of([]) is None
    # The score, then who liked it, then the older one, then the lower number.
    keys = [best_first.best_first_key(Summary.objects.get(pk=number)) for number in by_database]
    assert keys == sorted(keys) and len(set(keys)) == len(keys)
    assert [-key[0] for key in keys] == [2] * 6 + [0] * 3 + [-2] * 3
    assert [-key[1] for key in keys[:6]] == [3, 3, 3, 2, 2, 2]


def test_whatever_is_called_best_first_is_that_order(client, tied):
    public = Summary.objects.published()
    by_database = list(public.ranked().values_list("pk", flat=True))
    place = Window(RowNumber(), order_by=best_first.COLUMNS)
    in_window = public.annotate(place=place).order_by("place")
    assert list(in_window.values_list("pk", flat=True)) == by_database
    for rows in (
        public.order_by(*SUMMARY_ORDERS["best"][1]),
        summaries_in_order(public.annotate(relevance=F("id")), "votes"),
    ):
        assert list(rows.values_list("pk", flat=True)) == by_database
    paper = Summary.objects.get(pk=tied[0]).paper
    recount_paper(paper.pk)
    paper.refresh_from_db()
    assert paper.ranking.top_summary_id == by_database[0]
    told = client.get(f"/api/v1/papers/{paper.pk}/summaries").json()
    assert [row["id"] for row in told] == by_database

"""What readers think of a person's work on average.

A person's number is the mean of net votes per published signed summary, as on the original site;
a vote counts once it is `SETTLED_DAYS` old, so that a first rush moves nothing. What was written
anonymously is in neither the votes nor the number of summaries.
"""

import datetime
from collections.abc import Iterable

from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import User
from common.db.transactions import transactional
from summaries.models import Summary
from summaries.ranking import counters

SETTLED_DAYS = 2
BATCH = 500


def recount(person_ids: Iterable[int]) -> int:
    """Count these people's reputation anew; returns for how many it changed."""
    numbers = sorted(set(person_ids) - {None})
    changed = 0
    for start in range(0, len(numbers), BATCH):
        changed += _recount_some(numbers[start : start + BATCH])
    return changed


@transactional
def _recount_some(person_ids: list[int]) -> int:
    # Locked before anything is counted: of two who count, the later one sees more votes.
    locked = User.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk")
    people = list(locked.only("pk", "reputation"))
    fresh = _means(person_ids)
    moved = [person for person in people if person.reputation != fresh.get(person.pk, 0.0)]
    for person in moved:
        person.reputation = fresh.get(person.pk, 0.0)
    User.objects.bulk_update(moved, ["reputation"], batch_size=BATCH)
    return len(moved)


def recount_all() -> int:
    """Count everybody's who has signed work, or a number from before; returns how many changed."""
    writers = _signed().order_by().values_list("author_id", flat=True).distinct()
    earlier = User.objects.exclude(reputation=0).values_list("pk", flat=True)
    return recount({*writers, *earlier})


def _signed():
    return Summary.objects.published().filter(is_anonymous=False, author__isnull=False)


def _means(person_ids: list[int]) -> dict[int, float]:
    """{number of a person: mean}; who has no signed summary is not in it."""
    signed = _signed().filter(author__in=person_ids).order_by()
    counts = dict(
        signed.values("author_id").annotate(count=Count("pk")).values_list("author_id", "count")
    )
    settled = timezone.now() - datetime.timedelta(days=SETTLED_DAYS)
    net = dict(
        counters.votes_that_count()
        .filter(summary__in=signed, created_at__lte=settled)
        .order_by()
        .values("summary__author_id")
        .annotate(net=Sum("value"))
        .values_list("summary__author_id", "net")
    )
    return {person: net.get(person, 0) / count for person, count in counts.items()}

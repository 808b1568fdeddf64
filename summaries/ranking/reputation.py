"""What readers think of a person's work on average.

A person's reputation is the mean of net votes per published signed summary, as on the original
site; a vote counts once it is `SETTLED_DAYS` old, so that a first rush changes nothing. Anonymous
summaries count neither in the votes nor in the number of summaries.
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
    """Recount these people's reputation; return for how many it changed."""
    pks = sorted(set(person_ids) - {None})
    changed = 0
    for start in range(0, len(pks), BATCH):
        changed += _recount_some(pks[start : start + BATCH])
    return changed


@transactional
def _recount_some(person_ids: list[int]) -> int:
    # Locked before anything is counted, so that the later of two recounts sees all votes.
    locked = User.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk")
    people = list(locked.only("pk", "reputation"))
    fresh = means(person_ids)
    changed = [person for person in people if person.reputation != fresh.get(person.pk, 0.0)]
    for person in changed:
        person.reputation = fresh.get(person.pk, 0.0)
    User.objects.bulk_update(changed, ["reputation"], batch_size=BATCH)
    return len(changed)


def recount_all() -> int:
    """Recount the reputation of all who have signed summaries, or had a reputation.

    Returns for how many it changed.
    """
    writers = _signed().order_by().values_list("author_id", flat=True).distinct()
    earlier = User.objects.exclude(reputation=0).values_list("pk", flat=True)
    return recount({*writers, *earlier})


def _signed():
    return Summary.objects.published().filter(is_anonymous=False, author__isnull=False)


def means(person_ids: list[int]) -> dict[int, float]:
    """Return {user id: mean} of the people who have signed summaries."""
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

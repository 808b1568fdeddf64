"""Which notifications go into which mail: rows of Mail, written before anything is sent.

The table of notifications is the truth: what has no mail yet is looked for each minute, so that no
lost message of a queue loses a mail.
"""

import datetime
from collections.abc import Iterable
from itertools import groupby

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from mailing.deliverability import reachable
from mailing.models import Frequency, OutgoingEmail, OutgoingEmailItem
from mailing.preferences import with_frequency
from notifications.models import Notification

# News that waited longer, because there was no address or no worker, is no news.
OLDEST = datetime.timedelta(days=15)
SPANS = {Frequency.DAILY: datetime.timedelta(days=1), Frequency.WEEKLY: datetime.timedelta(days=7)}


def collect(now: datetime.datetime | None = None) -> int:
    """Write the mails that are due; returns how many. Several processes may do it at once."""
    now = now or timezone.now()
    return collect_at_once(now) + sum(collect_digests(pace, now) for pace in SPANS)


def collect_at_once(now: datetime.datetime) -> int:
    """One mail to each who has waited long enough, with all that came in the meantime."""
    waiting = _pending(Frequency.NOW, now)
    delay = datetime.timedelta(seconds=settings.MAIL_DELAY_SECONDS)
    ripe = waiting.filter(created_at__lte=now - delay).values("user")
    return sum(
        _attach_items(
            OutgoingEmail(user_id=user_id, form=Frequency.NOW, key=f"now:{numbers[0]}"), numbers
        )
        for user_id, numbers in _by_person(waiting.filter(user__in=ripe))
    )


def collect_digests(pace: Frequency, now: datetime.datetime) -> int:
    """A digest for each who has news from before the last hour of digests, and none of it yet."""
    until = latest_slot(pace, now)
    return sum(
        _attach_items(
            OutgoingEmail(
                user_id=user_id,
                form=pace,
                key=f"{pace.value}:{until:%Y-%m-%d}",
                since=until - SPANS[pace],
                until=until,
            ),
            numbers,
        )
        for user_id, numbers in _by_person(_pending(pace, now).filter(created_at__lt=until))
    )


def latest_slot(pace: Frequency, now: datetime.datetime) -> datetime.datetime:
    """The last time digests were due: today's or yesterday's hour, or that of the last Monday."""
    slot = now.astimezone(datetime.UTC).replace(
        hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0
    )
    if pace == Frequency.WEEKLY:
        slot -= datetime.timedelta(days=slot.weekday())
    return slot if slot <= now else slot - SPANS[pace]


def _pending(pace: Frequency, now: datetime.datetime) -> QuerySet[Notification]:
    """What was neither mailed nor read on the site, of people who want it so and can be reached."""
    return with_frequency(
        Notification.objects.filter(
            email_item=None,
            read_at=None,
            created_at__gte=now - OLDEST,
            user__in=reachable(User.objects.all()),
        )
    ).filter(pace=pace, created_at__gte=F("wanted_since"))


def _by_person(waiting: QuerySet[Notification]) -> Iterable[tuple[int, list[int]]]:
    rows = waiting.order_by("user_id", "pk").values_list("user_id", "pk")
    for user_id, pairs in groupby(rows, key=lambda row: row[0]):
        yield user_id, [number for _, number in pairs]


def _attach_items(mail: OutgoingEmail, numbers: list[int]) -> bool:
    """Write a mail with its notifications; False when another process was quicker."""
    mail.next_try_at = timezone.now()
    try:
        with transaction.atomic():
            mail.save()
            OutgoingEmailItem.objects.bulk_create(
                [OutgoingEmailItem(mail=mail, notification_id=number) for number in numbers]
            )
    except IntegrityError:
        return False
    return True

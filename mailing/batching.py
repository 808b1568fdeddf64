"""Decide which notifications go into which mail: rows of Mail, written before sending.

The table of notifications is the source of truth: every minute a task looks for rows without a
mail, so that a lost message of the queue does not lose a mail.
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

# Notifications that waited longer, because there was no address or no worker, are not mailed.
OLDEST = datetime.timedelta(days=15)
SPANS = {Frequency.DAILY: datetime.timedelta(days=1), Frequency.WEEKLY: datetime.timedelta(days=7)}


def collect(now: datetime.datetime | None = None) -> int:
    """Write the mails that are due; return how many. Safe to run in several processes."""
    now = now or timezone.now()
    return collect_at_once(now) + sum(collect_digests(pace, now) for pace in SPANS)


def collect_at_once(now: datetime.datetime) -> int:
    """Write one mail to each person who has waited long enough, with all that came since."""
    waiting = _pending(Frequency.NOW, now)
    delay = datetime.timedelta(seconds=settings.MAIL_DELAY_SECONDS)
    long_enough = waiting.filter(created_at__lte=now - delay).values("user")
    return sum(
        _attach_items(OutgoingEmail(user_id=user_id, form=Frequency.NOW, key=f"now:{ids[0]}"), ids)
        for user_id, ids in _by_person(waiting.filter(user__in=long_enough))
    )


def collect_digests(pace: Frequency, now: datetime.datetime) -> int:
    """Write a digest for each person with notifications from before the last slot."""
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
            ids,
        )
        for user_id, ids in _by_person(_pending(pace, now).filter(created_at__lt=until))
    )


def latest_slot(pace: Frequency, now: datetime.datetime) -> datetime.datetime:
    """Return the last time digests were due: today, yesterday, or the last Monday."""
    slot = now.astimezone(datetime.UTC).replace(
        hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0
    )
    if pace == Frequency.WEEKLY:
        slot -= datetime.timedelta(days=slot.weekday())
    return slot if slot <= now else slot - SPANS[pace]


def _pending(pace: Frequency, now: datetime.datetime) -> QuerySet[Notification]:
    """Return notifications to mail: neither mailed nor read, of people who want and can get it."""
    return with_frequency(
        Notification.objects.filter(
            email_item=None,
            read_at=None,
            created_at__gte=now - OLDEST,
            user__in=reachable(User.objects.all()),
        )
    ).filter(pace=pace, created_at__gte=F("wanted_since"))


def _by_person(waiting: QuerySet[Notification]) -> Iterable[tuple[int, list[int]]]:
    """Yield (primary key of the person, primary keys of the notifications)."""
    rows = waiting.order_by("user_id", "pk").values_list("user_id", "pk")
    for user_id, pairs in groupby(rows, key=lambda row: row[0]):
        yield user_id, [pk for _, pk in pairs]


def _attach_items(mail: OutgoingEmail, notification_ids: list[int]) -> bool:
    """Write a mail with its notifications; return False when another process was faster."""
    mail.next_try_at = timezone.now()
    try:
        with transaction.atomic():
            mail.save()
            OutgoingEmailItem.objects.bulk_create(
                [OutgoingEmailItem(mail=mail, notification_id=pk) for pk in notification_ids]
            )
    except IntegrityError:
        return False
    return True

"""The weekly newsletter: drafted by a task, edited by moderators, sent once to each subscriber."""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from mailing.deliverability import reachable
from mailing.digest_items import best_first, one_per_paper
from mailing.models import (
    NEWSLETTER,
    EmailPreference,
    Frequency,
    Newsletter,
    NewsletterItem,
    OutgoingEmail,
)
from summaries.models import Summary

State = Newsletter.State
MAX_ITEMS = 10
# A newsletter that is drafted late, on a site that was down, still leaves moderators some time.
LEAST_NOTICE = datetime.timedelta(hours=2)


def draft_last_week(now: datetime.datetime | None = None) -> Newsletter | None:
    """Draft the newsletter of the week that ended on Sunday.

    Returns None when it exists already, or the week has no summaries.
    """
    now = now or timezone.now()
    monday = _monday(now)
    year, week = (monday - datetime.timedelta(days=7)).isocalendar()[:2]
    if Newsletter.objects.filter(year=year, week=week).exists():
        return None
    summaries = best_of(monday - datetime.timedelta(days=7), monday)
    if not summaries:
        return None
    due = monday + datetime.timedelta(hours=settings.LETTER_HOUR)
    with transaction.atomic():
        letter, is_new = Newsletter.objects.get_or_create(
            year=year,
            week=week,
            defaults={
                "title": _("Best summaries of week %(week)s, %(year)s")
                % {"week": week, "year": year},
                "send_at": max(due, now + LEAST_NOTICE),
            },
        )
        if is_new:
            NewsletterItem.objects.bulk_create(
                NewsletterItem(letter=letter, summary=summary, place=10 * position)
                for position, summary in enumerate(summaries, 1)
            )
    return letter if is_new else None


def best_of(since: datetime.datetime, until: datetime.datetime) -> list[Summary]:
    """Return the best public summaries first published in that time, one for each paper."""
    rows = Summary.objects.published().filter(published_at__gte=since, published_at__lt=until)
    return one_per_paper(best_first(rows), MAX_ITEMS)


def send_due(now: datetime.datetime | None = None) -> int:
    """Send the drafts that are due; return the number of mails written."""
    now = now or timezone.now()
    due = Newsletter.objects.filter(state=State.DRAFT, send_at__lte=now).values_list(
        "pk", flat=True
    )
    return sum(_send(pk, now) for pk in list(due))


def _send(pk: int, now: datetime.datetime) -> int:
    with transaction.atomic():
        letter = Newsletter.objects.select_for_update().get(pk=pk)
        if letter.state != State.DRAFT or letter.send_at is None or letter.send_at > now:
            return 0
        if not shown_items(letter):
            # No summary in it is public any more: it waits for a moderator.
            letter.send_at = None
            letter.save(update_fields=["send_at"])
            return 0
        letter.state, letter.sent_at = State.SENT, now
        letter.save(update_fields=["state", "sent_at"])
        mails = [
            OutgoingEmail(
                user_id=user_id,
                form=OutgoingEmail.Form.LETTER,
                key=f"letter:{letter.pk}",
                letter=letter,
                next_try_at=now,
            )
            for user_id in subscribers().values_list("pk", flat=True)
        ]
        OutgoingEmail.objects.bulk_create(mails, batch_size=1000, ignore_conflicts=True)
    return len(mails)


def subscribers() -> QuerySet[User]:
    """Return the reachable people who subscribed to the newsletter."""
    subscriptions = EmailPreference.objects.filter(kind=NEWSLETTER).exclude(pace=Frequency.NEVER)
    return reachable(User.objects.filter(pk__in=subscriptions.values("user"))).order_by("pk")


def shown_items(letter: Newsletter) -> list[NewsletterItem]:
    """Return the picks of a newsletter that readers may still see, in order."""
    return list(_visible_items().filter(letter=letter))


def archive() -> QuerySet[Newsletter]:
    """Return the newsletters that were sent, the newest first, with their visible picks."""
    return Newsletter.objects.filter(state=State.SENT).prefetch_related(
        Prefetch("items", queryset=_visible_items(), to_attr="shown")
    )


def _visible_items() -> QuerySet[NewsletterItem]:
    return (
        NewsletterItem.objects.filter(summary__in=Summary.objects.published())
        .select_related("summary__author", "summary__paper__venue")
        .prefetch_related("summary__paper__identifiers")
    )


def _monday(now: datetime.datetime) -> datetime.datetime:
    """Return the beginning of this week in UTC."""
    day = now.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - datetime.timedelta(days=day.weekday())

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
from mailing.models import LETTER, Letter, Mail, MailChoice, Pace, Pick
from summaries.models import Summary

State = Letter.State
MAX_PICKS = 10
# A newsletter that is drafted late, on a site that was down, still leaves moderators some time.
LEAST_NOTICE = datetime.timedelta(hours=2)


def draft_last_week(now: datetime.datetime | None = None) -> Letter | None:
    """Draft the newsletter of the week that ended on Sunday.

    Returns None when it exists already, or the week has no summaries.
    """
    now = now or timezone.now()
    monday = _monday(now)
    year, week = (monday - datetime.timedelta(days=7)).isocalendar()[:2]
    if Letter.objects.filter(year=year, week=week).exists():
        return None
    summaries = best_of(monday - datetime.timedelta(days=7), monday)
    if not summaries:
        return None
    due = monday + datetime.timedelta(hours=settings.LETTER_HOUR)
    with transaction.atomic():
        letter, is_new = Letter.objects.get_or_create(
            year=year,
            week=week,
            defaults={
                "title": _("Best summaries of week %(week)s, %(year)s")
                % {"week": week, "year": year},
                "send_at": max(due, now + LEAST_NOTICE),
            },
        )
        if is_new:
            Pick.objects.bulk_create(
                Pick(letter=letter, summary=summary, place=10 * position)
                for position, summary in enumerate(summaries, 1)
            )
    return letter if is_new else None


def best_of(since: datetime.datetime, until: datetime.datetime) -> list[Summary]:
    """Return the best public summaries first published in that time, one for each paper."""
    rows = Summary.objects.published().filter(published_at__gte=since, published_at__lt=until)
    return one_per_paper(best_first(rows), MAX_PICKS)


def send_due(now: datetime.datetime | None = None) -> int:
    """Send the drafts that are due; return the number of mails written."""
    now = now or timezone.now()
    due = Letter.objects.filter(state=State.DRAFT, send_at__lte=now).values_list("pk", flat=True)
    return sum(_send(pk, now) for pk in list(due))


def _send(pk: int, now: datetime.datetime) -> int:
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(pk=pk)
        if letter.state != State.DRAFT or letter.send_at is None or letter.send_at > now:
            return 0
        if not shown_picks(letter):
            # No summary in it is public any more: it waits for a moderator.
            letter.send_at = None
            letter.save(update_fields=["send_at"])
            return 0
        letter.state, letter.sent_at = State.SENT, now
        letter.save(update_fields=["state", "sent_at"])
        mails = [
            Mail(
                user_id=user_id,
                form=Mail.Form.LETTER,
                key=f"letter:{letter.pk}",
                letter=letter,
                next_try_at=now,
            )
            for user_id in subscribers().values_list("pk", flat=True)
        ]
        Mail.objects.bulk_create(mails, batch_size=1000, ignore_conflicts=True)
    return len(mails)


def subscribers() -> QuerySet[User]:
    """Return the reachable people who subscribed to the newsletter."""
    subscriptions = MailChoice.objects.filter(kind=LETTER).exclude(pace=Pace.NEVER)
    return reachable(User.objects.filter(pk__in=subscriptions.values("user"))).order_by("pk")


def shown_picks(letter: Letter) -> list[Pick]:
    """Return the picks of a newsletter that readers may still see, in order."""
    return list(_visible_picks().filter(letter=letter))


def archive() -> QuerySet[Letter]:
    """Return the newsletters that were sent, the newest first, with their visible picks."""
    return Letter.objects.filter(state=State.SENT).prefetch_related(
        Prefetch("picks", queryset=_visible_picks(), to_attr="shown")
    )


def _visible_picks() -> QuerySet[Pick]:
    return (
        Pick.objects.filter(summary__in=Summary.objects.published())
        .select_related("summary__author", "summary__paper__venue")
        .prefetch_related("summary__paper__identifiers")
    )


def _monday(now: datetime.datetime) -> datetime.datetime:
    """Return the beginning of this week in UTC."""
    day = now.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - datetime.timedelta(days=day.weekday())

"""The outbox: rows of Announcement say what has to be sent, and nothing else does.

A worker claims a row and commits that before it sends, so that a killed worker leaves a row that
says "being sent". When its claim has run out, another sends it again with the same key where the
service takes that as the same post; elsewhere nobody knows whether it arrived, and a person decides.
"""

import datetime
import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.suspensions import is_suspended
from common.db import job_lease
from common.http.webhook import DeliveryUnknownError, ForbiddenHostError, NotSentError
from common.texmath.unicode_text import readable
from common.text.sentences import first_sentence
from social.channels import CHANNELS
from social.channels.errors import (
    ChannelAuthError,
    ChannelRefusedError,
    ChannelUnavailableError,
    Post,
    Posted,
)
from social.models import Announcement, Channel
from social.post_text import Facts, compose
from summaries.models import Summary

log = logging.getLogger(__name__)

State, Action = Announcement.State, Announcement.Action
GIVE_UP_AFTER = datetime.timedelta(days=1)
BATCH_SIZE = 50
SUSPENDED = "its author is suspended"


def enqueue_posts(summary: Summary) -> None:
    """Write a row for each active channel; called in the transaction that first publishes."""
    now = timezone.now()
    Announcement.objects.bulk_create(
        [
            Announcement(
                summary=summary,
                channel=channel,
                idempotency_key=CHANNELS[channel.kind].new_key(),
                next_try_at=now + datetime.timedelta(minutes=channel.delay_minutes),
            )
            for channel in Channel.objects.filter(is_active=True)
            if channel.kind in CHANNELS
        ],
        ignore_conflicts=True,
    )


def sync_posts(summaries: Iterable[Summary]) -> None:
    """After a change of published summaries: let their posts say so, or take them back.

    Called in the transaction of the change. Several changes within the delay make one edit.
    """
    rows = Announcement.objects.filter(summary__in=[summary.pk for summary in summaries])
    for row in rows.select_related("channel", "summary").select_for_update(of=("self",)):
        module = CHANNELS.get(row.channel.kind)
        if row.state == State.SKIPPED and row.summary.is_public and not row.first_sent_at:
            # It was out of sight when its time came, and is back.
            row.state, row.deed = State.WAITING, Action.POST
        elif row.state not in {State.POSTED, State.SENDING} or module is None:
            continue
        else:
            row.deed = _action_after_change(row, module)
        delay = datetime.timedelta(minutes=row.channel.delay_minutes)
        # What must not be read any more goes at once.
        row.next_try_at = timezone.now() + (
            delay if row.deed == Action.EDIT else datetime.timedelta()
        )
        row.tries = 0
        row.save(update_fields=["state", "deed", "next_try_at", "tries"])


def _action_after_change(row: Announcement, module) -> str:
    if not row.summary.is_public:
        return Action.DELETE if hasattr(module, "delete") else ""
    if hasattr(module, "edit"):
        return Action.EDIT
    tells_a_name = row.summary.is_anonymous and row.summary.author is not None
    named = tells_a_name and row.summary.author.display_name in row.posted_text
    return Action.DELETE if named and hasattr(module, "delete") else ""


def pause(summaries: QuerySet[Summary]) -> int:
    """Their authors are suspended: what was not sent is not sent. Returns how many rows waited."""
    return Announcement.objects.filter(summary__in=summaries, state=State.WAITING).update(
        state=State.SKIPPED, deed="", answer=SUSPENDED
    )


def resume(summaries: QuerySet[Summary]) -> int:
    """What `hold` held is sent after all."""
    held = Announcement.objects.filter(
        summary__in=summaries, state=State.SKIPPED, answer=SUSPENDED, first_sent_at=None
    )
    return held.update(
        state=State.WAITING, deed=Action.POST, tries=0, next_try_at=timezone.now(), answer=""
    )


def due() -> list[int]:
    """Numbers of the rows whose time has come, the longest waiting first."""
    rows = job_lease.ready(Announcement.objects.exclude(deed="").filter(channel__is_paused=False))
    return list(rows.order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH_SIZE])


def send_due() -> int:
    return job_lease.drain(due, deliver_post)


def deliver_post(number: int) -> bool:
    """Do what one row asks for; False when somebody else does, or nothing is to be done."""
    row = _claim(number)
    if row is None:
        return False
    try:
        changes = _do(row)
    except ChannelUnavailableError as error:
        changes = _again(row, str(error), error.after_seconds)
    except NotSentError as error:
        changes = _again(row, str(error))
    except DeliveryUnknownError as error:
        changes = _uncertain(row, str(error))
    except ChannelAuthError as error:
        Channel.objects.filter(pk=row.channel_id).update(is_paused=True, problem=str(error)[:300])
        changes = {**_again(row, str(error)), "tries": 0}
    except (ChannelRefusedError, ForbiddenHostError) as error:
        changes = {"state": _after_refusal(row), "deed": "", "answer": str(error)[:300]}
    _release(row, changes)
    return True


def _claim(number: int) -> Announcement | None:
    """The row with this process's claim on it, committed before anything is sent."""
    with transaction.atomic():
        open_rows = Announcement.objects.exclude(deed="").filter(channel__is_paused=False)
        row = job_lease.lock(
            open_rows.select_related("channel", "summary__author", "summary__paper__venue"), number
        )
        if row is None or row.channel.kind not in CHANNELS:
            return None
        if row.state == State.SENDING and not _is_repeatable(row):
            # Whoever sent it was killed: it may have arrived.
            row.state, row.deed = State.UNCERTAIN, ""
            row.answer = "The process was killed while it sent this."
            row.claim, row.claimed_until = "", None
            row.save()
            return None
        # An earlier try may have arrived: whatever happens now, that is not forgotten.
        row.is_unsure = row.state == State.SENDING
        job_lease.claim(row, seconds=settings.CLAIM_SECONDS)
        if row.deed == Action.POST:
            row.state = State.SENDING
            row.first_sent_at = row.first_sent_at or timezone.now()
        row.save()
    return row


def _is_repeatable(row: Announcement) -> bool:
    seconds = CHANNELS[row.channel.kind].REPEATABLE_SECONDS
    if seconds is None or row.first_sent_at is None:
        return True
    return timezone.now() < row.first_sent_at + datetime.timedelta(seconds=seconds)


def _do(row: Announcement) -> dict[str, object]:
    """Call the service; returns the columns that follow from its answer."""
    module, channel = CHANNELS[row.channel.kind], row.channel
    if row.deed == Action.DELETE:
        module.delete(channel, row.remote_id)
        return {"state": State.REMOVED, "deed": "", "answer": "removed"}
    if not row.summary.is_public:
        # Hidden, taken back or made private before its time came.
        return {"state": State.SKIPPED, "deed": "", "answer": "not public", "first_sent_at": None}
    author = row.summary.byline
    if row.deed == Action.POST and author and is_suspended(author):
        return {"state": State.SKIPPED, "deed": "", "answer": SUSPENDED, "first_sent_at": None}
    message = message_for(row.summary, channel)
    if row.deed == Action.EDIT:
        if message.text == row.posted_text:
            return {"deed": "", "answer": "unchanged"}
        return _posted(row, module.edit(channel, message, row.remote_id), message)
    return _posted(row, module.post(channel, message, row.idempotency_key), message)


def _posted(row: Announcement, told: Posted, message: Post) -> dict[str, object]:
    return {
        "state": State.POSTED,
        "deed": "",
        "remote_id": told.remote_id[:300],
        "remote_url": (told.url or row.remote_url)[:500],
        "posted_text": message.text,
        "posted_at": row.posted_at or timezone.now(),
        "answer": told.answer[:300],
    }


def _again(row: Announcement, answer: str, after_seconds: float | None = None) -> dict[str, object]:
    """Nothing arrived: try later, with growing pauses, for a day."""
    now = timezone.now()
    if row.first_sent_at and now > row.first_sent_at + GIVE_UP_AFTER:
        return {"state": _after_refusal(row), "deed": "", "answer": f"Given up: {answer}"[:300]}
    pause = max(job_lease.pause_seconds(row.tries), after_seconds or 0)
    changes: dict[str, object] = {
        "next_try_at": now + datetime.timedelta(seconds=pause),
        "answer": answer[:300],
    }
    if row.deed == Action.POST:
        changes["state"] = State.SENDING if row.is_unsure else State.WAITING
    return changes


def _uncertain(row: Announcement, answer: str) -> dict[str, object]:
    """It may have arrived: send it again only where the service takes that as the same post."""
    # To change or to remove what is there twice does no harm.
    if row.deed != Action.POST:
        return _again(row, answer)
    if _is_repeatable(row):
        # Still "being sent": who takes it up knows that it may be there.
        return {**_again(row, answer), "state": State.SENDING}
    return {"state": State.UNCERTAIN, "deed": "", "answer": answer[:300]}


def _after_refusal(row: Announcement) -> str:
    if row.deed != Action.POST:
        return row.state
    return State.UNCERTAIN if row.is_unsure else State.FAILED


def _release(row: Announcement, changes: dict[str, object]) -> None:
    """Write what came of it, unless another process took the row over in the meantime."""
    with transaction.atomic():
        stored = job_lease.reclaim(row)
        if stored is None:
            log.warning("announcement %s was taken over while it was sent", row.pk)
            return
        if stored.deed != row.deed:
            # The summary changed while this was sent: that deed is still to be done.
            changes = {**changes, "deed": stored.deed, "next_try_at": stored.next_try_at}
        for name, value in {**changes, "claim": "", "claimed_until": None}.items():
            setattr(stored, name, value)
        stored.save()


def retry(rows: Iterable[Announcement]) -> int:
    """By hand: send again what failed, or what a person found not to have arrived."""
    numbers = [row.pk for row in rows]
    return Announcement.objects.filter(
        pk__in=numbers, state__in=[State.FAILED, State.UNCERTAIN, State.SKIPPED]
    ).update(
        state=State.WAITING,
        deed=Action.POST,
        tries=0,
        next_try_at=timezone.now(),
        first_sent_at=None,
        answer=F("answer"),
    )


def mark_posted(rows: Iterable[Announcement]) -> int:
    """By hand: an uncertain one is there."""
    numbers = [row.pk for row in rows]
    return Announcement.objects.filter(pk__in=numbers, state=State.UNCERTAIN).update(
        state=State.POSTED, deed="", posted_at=timezone.now()
    )


def message_for(summary: Summary, channel: Channel) -> Post:
    """What a channel says of a summary, as long as its service allows."""
    module = CHANNELS[channel.kind]
    paper = summary.paper
    facts = Facts(
        title=readable(paper.title),
        sentence=first_sentence(readable(summary.plain_text)),
        author=summary.byline_name if summary.byline else "a reader",
        link=f"{settings.SITE_URL}{summary.get_absolute_url()}",
        venue=paper.venue.name if paper.venue else "",
        year=str(paper.year or ""),
    )
    text = compose(channel.template, facts, limit=module.LIMIT, count=module.count)
    return Post(text=text, link=facts.link, title=facts.title, card=facts.sentence)


def send_test(channel: Channel) -> Posted:
    """Post one line that says it is a test; raises the errors of channels and of delivery."""
    module = CHANNELS[channel.kind]
    text = f"A test of {settings.SITE_NAME}: new summaries will be told here. {settings.SITE_URL}/"
    message = Post(
        text=text, link=f"{settings.SITE_URL}/", title=settings.SITE_NAME, card="A test."
    )
    return module.post(channel, message, module.new_key())

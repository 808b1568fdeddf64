"""The outbox: rows of Announcement say what has to be sent, and nothing else does.

A worker claims a row and commits that before it sends, so that a killed worker leaves a row with
the state "being sent". When its claim has expired, the post is sent again with the same key if
the service treats that as the same post; otherwise nobody knows whether it was posted, and a
moderator decides.
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
    """Schedule an edit or a deletion of the posts after their summaries have changed.

    Called in the transaction of the change. Several changes within the delay make one edit.
    """
    rows = Announcement.objects.filter(summary__in=[summary.pk for summary in summaries])
    for row in rows.select_related("channel", "summary").select_for_update(of=("self",)):
        module = CHANNELS.get(row.channel.kind)
        if row.state == State.SKIPPED and row.summary.is_public and not row.first_sent_at:
            # It was hidden when it was due, and is public again.
            row.state, row.deed = State.WAITING, Action.POST
        elif row.state not in {State.POSTED, State.SENDING} or module is None:
            continue
        else:
            row.deed = _action_after_change(row, module)
        delay = datetime.timedelta(minutes=row.channel.delay_minutes)
        # A deletion is due at once.
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
    may_name_author = row.summary.is_anonymous and row.summary.author is not None
    named = may_name_author and row.summary.author.display_name in row.posted_text
    return Action.DELETE if named and hasattr(module, "delete") else ""


def pause(summaries: QuerySet[Summary]) -> int:
    """Cancel the waiting posts of suspended authors; return how many."""
    return Announcement.objects.filter(summary__in=summaries, state=State.WAITING).update(
        state=State.SKIPPED, deed="", answer=SUSPENDED
    )


def resume(summaries: QuerySet[Summary]) -> int:
    """Schedule the posts that `hold` cancelled; return how many."""
    cancelled = Announcement.objects.filter(
        summary__in=summaries, state=State.SKIPPED, answer=SUSPENDED, first_sent_at=None
    )
    return cancelled.update(
        state=State.WAITING, deed=Action.POST, tries=0, next_try_at=timezone.now(), answer=""
    )


def due() -> list[int]:
    """Return the ids of due rows, the longest waiting first."""
    rows = job_lease.ready(Announcement.objects.exclude(deed="").filter(channel__is_paused=False))
    return list(rows.order_by("next_try_at", "pk").values_list("pk", flat=True)[:BATCH_SIZE])


def send_due() -> int:
    """Send all due rows in this process; return how many were processed."""
    return job_lease.drain(due, deliver_post)


def deliver_post(announcement_id: int) -> bool:
    """Process one row; False when another process does, or there is nothing to do."""
    row = _claim(announcement_id)
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


def _claim(announcement_id: int) -> Announcement | None:
    """Claim the row for this process and commit that, before anything is sent."""
    with transaction.atomic():
        open_rows = Announcement.objects.exclude(deed="").filter(channel__is_paused=False)
        row = job_lease.lock(
            open_rows.select_related("channel", "summary__author", "summary__paper__venue"),
            announcement_id,
        )
        if row is None or row.channel.kind not in CHANNELS:
            return None
        if row.state == State.SENDING and not _is_repeatable(row):
            # The process that sent it was killed: it may have been posted.
            row.state, row.deed = State.UNCERTAIN, ""
            row.answer = "The process was killed while it sent this."
            row.claim, row.claimed_until = "", None
            row.save()
            return None
        # An earlier try may have succeeded; its failure now must not hide that.
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
    """Call the service; return the columns that follow from its response."""
    module, channel = CHANNELS[row.channel.kind], row.channel
    if row.deed == Action.DELETE:
        module.delete(channel, row.remote_id)
        return {"state": State.REMOVED, "deed": "", "answer": "removed"}
    if not row.summary.is_public:
        # Hidden, deleted or made private before it was due.
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


def _posted(row: Announcement, posted: Posted, message: Post) -> dict[str, object]:
    return {
        "state": State.POSTED,
        "deed": "",
        "remote_id": posted.remote_id[:300],
        "remote_url": (posted.url or row.remote_url)[:500],
        "posted_text": message.text,
        "posted_at": row.posted_at or timezone.now(),
        "answer": posted.answer[:300],
    }


def _again(row: Announcement, answer: str, after_seconds: float | None = None) -> dict[str, object]:
    """Schedule another try after nothing was posted, with growing pauses, for a day."""
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
    """Decide after it may have been posted: try again only if that cannot post twice."""
    # Editing or deleting twice does no harm.
    if row.deed != Action.POST:
        return _again(row, answer)
    if _is_repeatable(row):
        # Still "being sent", so that the next try knows that it may have been posted.
        return {**_again(row, answer), "state": State.SENDING}
    return {"state": State.UNCERTAIN, "deed": "", "answer": answer[:300]}


def _after_refusal(row: Announcement) -> str:
    if row.deed != Action.POST:
        return row.state
    return State.UNCERTAIN if row.is_unsure else State.FAILED


def _release(row: Announcement, changes: dict[str, object]) -> None:
    """Save the result, unless another process has claimed the row in the meantime."""
    with transaction.atomic():
        stored = job_lease.reclaim(row)
        if stored is None:
            log.warning(
                "announcement %s was claimed by another process while it was being sent", row.pk
            )
            return
        if stored.deed != row.deed:
            # The summary changed while this was sent: that change is still to be made.
            changes = {**changes, "deed": stored.deed, "next_try_at": stored.next_try_at}
        for name, value in {**changes, "claim": "", "claimed_until": None}.items():
            setattr(stored, name, value)
        stored.save()


def retry(rows: Iterable[Announcement]) -> int:
    """Send rows again that failed, or that a moderator found not to be posted; return how many."""
    pks = [row.pk for row in rows]
    return Announcement.objects.filter(
        pk__in=pks, state__in=[State.FAILED, State.UNCERTAIN, State.SKIPPED]
    ).update(
        state=State.WAITING,
        deed=Action.POST,
        tries=0,
        next_try_at=timezone.now(),
        first_sent_at=None,
        answer=F("answer"),
    )


def mark_posted(rows: Iterable[Announcement]) -> int:
    """Mark uncertain rows that a moderator found to be posted; return how many."""
    pks = [row.pk for row in rows]
    return Announcement.objects.filter(pk__in=pks, state=State.UNCERTAIN).update(
        state=State.POSTED, deed="", posted_at=timezone.now()
    )


def message_for(summary: Summary, channel: Channel) -> Post:
    """Return the post of a summary, as long as the channel's service allows."""
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
    """Post a test message; raises the errors of channels and of delivery."""
    module = CHANNELS[channel.kind]
    text = f"Test post of {settings.SITE_NAME}: new summaries will be posted here. {settings.SITE_URL}/"
    message = Post(
        text=text, link=f"{settings.SITE_URL}/", title=settings.SITE_NAME, card="Test post."
    )
    return module.post(channel, message, module.new_key())

"""Send the rows of Mail.

SMTP has no idempotency key, so a mail whose transfer was interrupted is uncertain. It is sent again
only when a moderator says so.
"""

import datetime
import logging
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.db import job_lease
from common.http.webhook import DeliveryUnknownError, NotSentError
from mailing import smtp
from mailing.deliverability import mailing_address, suppress
from mailing.messages import compose
from mailing.models import OutgoingEmail, Suppression

log = logging.getLogger(__name__)

State = OutgoingEmail.State
GIVE_UP_AFTER = datetime.timedelta(days=2)
BATCH_SIZE = 200


def due() -> list[int]:
    """Return the primary keys of the rows that are due, the longest waiting first."""
    rows = job_lease.ready(OutgoingEmail.objects.filter(is_open=True)).order_by("next_try_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH_SIZE])


def send_due() -> int:
    """Send all mail that is due; return how many rows were processed."""
    return job_lease.drain(due, deliver_email)


def deliver_email(pk: int) -> bool:
    """Send one mail; return False when another process does, or there is nothing to do."""
    mail = _claim(pk)
    if mail is None:
        return False
    address = mailing_address(mail.user)
    message = compose(mail, address) if address else None
    if message is None:
        _release(mail, _closed(State.SKIPPED, "nothing left to say" if address else "no address"))
        return True
    try:
        with smtp.connected() as connection:
            if not _begin(mail):
                return False
            smtp.post(message, connection)
    except NotSentError as error:
        changes = _again(mail, str(error))
    except DeliveryUnknownError as error:
        changes = _closed(State.UNCERTAIN, str(error))
    except smtp.RecipientRefusedError as error:
        changes = _closed(State.FAILED, str(error))
        if isinstance(error, smtp.UnknownRecipientError):
            suppress(address, reason=Suppression.Reason.REJECTED, response=str(error))
    else:
        changes = {**_closed(State.SENT, ""), "sent_at": timezone.now()}
    _release(mail, {**changes, "answer": changes["answer"].replace(address, "the address")[:200]})
    return True


def _claim(pk: int) -> OutgoingEmail | None:
    """Return the row with this process's claim on it, committed before anything else happens."""
    with transaction.atomic():
        rows = OutgoingEmail.objects.filter(is_open=True).select_related("user", "letter")
        mail = job_lease.lock(rows, pk)
        if mail is None:
            return None
        if mail.state == State.SENDING:
            # The process that sent it was killed: the mail may have arrived.
            mail.state, mail.is_open = State.UNCERTAIN, False
            mail.answer = "The process was killed while it sent this."
            mail.claim, mail.claimed_until = "", None
            mail.save()
            return None
        job_lease.claim(mail, seconds=settings.CLAIM_SECONDS)
        mail.save()
    return mail


def _begin(mail: OutgoingEmail) -> bool:
    """Set the state to "being sent", as late as possible: a process killed earlier sent nothing.

    Returns False when the claim expired and another process took over.
    """
    now = timezone.now()
    held = OutgoingEmail.objects.filter(pk=mail.pk, claim=mail.claim, claimed_until__gt=now)
    return bool(held.update(state=State.SENDING))


def _again(mail: OutgoingEmail, answer: str) -> dict[str, object]:
    """Return the changes for a mail that was not sent: retry with growing pauses for two days."""
    now = timezone.now()
    if now > mail.created_at + GIVE_UP_AFTER and mail.tries > 1:
        return _closed(State.FAILED, f"Given up: {answer}")
    pause = datetime.timedelta(seconds=job_lease.pause_seconds(mail.tries))
    return {"state": State.WAITING, "next_try_at": now + pause, "answer": answer}


def _closed(state: str, answer: str) -> dict[str, object]:
    return {"state": state, "is_open": False, "answer": answer}


def _release(mail: OutgoingEmail, changes: dict[str, object]) -> None:
    """Store the result, unless another process took the row over in the meantime."""
    with transaction.atomic():
        stored = job_lease.reclaim(mail)
        if stored is None:
            log.warning("mail %s was taken over while it was sent", mail.pk)
            return
        for name, value in {**changes, "claim": "", "claimed_until": None}.items():
            setattr(stored, name, value)
        stored.save()


def retry(mails: Iterable[OutgoingEmail]) -> int:
    """Send again what failed or did not arrive, at a moderator's request; return how many."""
    ids = [mail.pk for mail in mails]
    rows = OutgoingEmail.objects.filter(pk__in=ids, state__in=[State.FAILED, State.UNCERTAIN])
    return rows.update(state=State.WAITING, is_open=True, tries=0, next_try_at=timezone.now())


def mark_sent(mails: Iterable[OutgoingEmail]) -> int:
    """Mark uncertain mails as sent, at a moderator's request; return how many."""
    ids = [mail.pk for mail in mails]
    rows = OutgoingEmail.objects.filter(pk__in=ids, state=State.UNCERTAIN)
    return rows.update(state=State.SENT, sent_at=timezone.now())

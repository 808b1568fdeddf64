"""Send the rows of Mail. SMTP knows no key by which a second try is the same mail, so a mail that was
being handed over when something broke is uncertain, and never sent again but by a person's hand.
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
    """Numbers of the rows whose time has come, the longest waiting first."""
    rows = job_lease.ready(OutgoingEmail.objects.filter(is_open=True)).order_by("next_try_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH_SIZE])


def send_due() -> int:
    return job_lease.drain(due, deliver_email)


def deliver_email(number: int) -> bool:
    """Send one mail; False when another process does, or nothing is to be done."""
    mail = _claim(number)
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
            suppress(address, reason=Suppression.Reason.REJECTED, words=str(error))
    else:
        changes = {**_closed(State.SENT, ""), "sent_at": timezone.now()}
    _release(mail, {**changes, "answer": changes["answer"].replace(address, "the address")[:200]})
    return True


def _claim(number: int) -> OutgoingEmail | None:
    """The row with this process's claim on it, committed before anything else is done."""
    with transaction.atomic():
        rows = OutgoingEmail.objects.filter(is_open=True).select_related("user", "letter")
        mail = job_lease.lock(rows, number)
        if mail is None:
            return None
        if mail.state == State.SENDING:
            # Whoever sent it was killed: it may have arrived.
            mail.state, mail.is_open = State.UNCERTAIN, False
            mail.answer = "The process was killed while it sent this."
            mail.claim, mail.claimed_until = "", None
            mail.save()
            return None
        job_lease.claim(mail, seconds=settings.CLAIM_SECONDS)
        mail.save()
    return mail


def _begin(mail: OutgoingEmail) -> bool:
    """Note "being sent", as late as can be: until here a killed process has sent nothing.

    False when the claim ran out meanwhile and another process is at it.
    """
    now = timezone.now()
    held = OutgoingEmail.objects.filter(pk=mail.pk, claim=mail.claim, claimed_until__gt=now)
    return bool(held.update(state=State.SENDING))


def _again(mail: OutgoingEmail, answer: str) -> dict[str, object]:
    """Nothing was sent: try later, with growing pauses, for two days."""
    now = timezone.now()
    if now > mail.created_at + GIVE_UP_AFTER and mail.tries > 1:
        return _closed(State.FAILED, f"Given up: {answer}")
    pause = datetime.timedelta(seconds=job_lease.pause_seconds(mail.tries))
    return {"state": State.WAITING, "next_try_at": now + pause, "answer": answer}


def _closed(state: str, answer: str) -> dict[str, object]:
    return {"state": state, "is_open": False, "answer": answer}


def _release(mail: OutgoingEmail, changes: dict[str, object]) -> None:
    """Write what came of it, unless another process took the row over in the meantime."""
    with transaction.atomic():
        stored = job_lease.reclaim(mail)
        if stored is None:
            log.warning("mail %s was taken over while it was sent", mail.pk)
            return
        for name, value in {**changes, "claim": "", "claimed_until": None}.items():
            setattr(stored, name, value)
        stored.save()


def retry(mails: Iterable[OutgoingEmail]) -> int:
    """By hand: send again what failed, or what a person found not to have arrived."""
    numbers = [mail.pk for mail in mails]
    rows = OutgoingEmail.objects.filter(pk__in=numbers, state__in=[State.FAILED, State.UNCERTAIN])
    return rows.update(state=State.WAITING, is_open=True, tries=0, next_try_at=timezone.now())


def mark_sent(mails: Iterable[OutgoingEmail]) -> int:
    """By hand: an uncertain one arrived."""
    numbers = [mail.pk for mail in mails]
    rows = OutgoingEmail.objects.filter(pk__in=numbers, state=State.UNCERTAIN)
    return rows.update(state=State.SENT, sent_at=timezone.now())

"""Suspension: for a while a person cannot sign in, and with that do nothing; it ends by itself."""

import datetime

from django.core import signing
from django.dispatch import Signal
from django.utils import timezone

from accounts.locks import lock_account
from accounts.models import User
from accounts.sessions import end_all
from common.db.transactions import transactional

SIGNED_SECONDS = 3600
# Sent with `person`, inside the transaction: votes are counted anew, posts that wait are held.
person_suspended = Signal()
# Sent with `person`, when moderators end it early.
suspension_lifted = Signal()


@transactional
def suspend(person: User, *, until: datetime.datetime) -> None:
    """Close the account until then; all its sessions end now."""
    lock_account(person)
    person.suspended_until = until
    person.save(update_fields=["suspended_until"])
    end_all(person)
    person_suspended.send(User, person=person)


@transactional
def end_suspension(person: User) -> None:
    lock_account(person)
    person.suspended_until = None
    person.save(update_fields=["suspended_until"])
    suspension_lifted.send(User, person=person)


def is_suspended(person: User) -> bool:
    return bool(person.suspended_until and person.suspended_until > timezone.now())


def sign_person(person: User) -> str:
    """For the address of the page that says why: it comes after the right password only."""
    return signing.dumps(person.pk, salt="suspended")


def read_signed_person(sealed: str) -> User | None:
    try:
        number = signing.loads(sealed, salt="suspended", max_age=SIGNED_SECONDS)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=number).first()

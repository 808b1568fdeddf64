"""Suspension: for a limited time a person cannot sign in."""

import datetime

from django.core import signing
from django.dispatch import Signal
from django.utils import timezone

from accounts.locks import lock_account
from accounts.models import User
from accounts.sessions import end_all
from common.db.transactions import transactional

SIGNED_SECONDS = 3600
# Sent with `person`, inside the transaction: votes are recounted, waiting posts are held.
person_suspended = Signal()
# Sent with `person`, when moderators lift a suspension early.
suspension_lifted = Signal()


@transactional
def suspend(person: User, *, until: datetime.datetime) -> None:
    """Suspend the account until `until`, and end all its sessions."""
    lock_account(person)
    person.suspended_until = until
    person.save(update_fields=["suspended_until"])
    end_all(person)
    person_suspended.send(User, person=person)


@transactional
def end_suspension(person: User) -> None:
    """End a suspension early."""
    lock_account(person)
    person.suspended_until = None
    person.save(update_fields=["suspended_until"])
    suspension_lifted.send(User, person=person)


def is_suspended(person: User) -> bool:
    """Return whether the account is suspended at the moment."""
    return bool(person.suspended_until and person.suspended_until > timezone.now())


def sign_person(person: User) -> str:
    """Sign the primary key for the address of the page that explains the suspension.

    The address is given only to someone who has entered the right password.
    """
    return signing.dumps(person.pk, salt="suspended")


def read_signed_person(sealed: str) -> User | None:
    """Return the person of a signed value, or None if it is invalid or older than an hour."""
    try:
        pk = signing.loads(sealed, salt="suspended", max_age=SIGNED_SECONDS)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk).first()

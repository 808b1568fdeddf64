"""When a person counts as verified: an e-mail address or an outside account is theirs."""

from allauth.account.signals import email_confirmed, user_logged_in
from allauth.socialaccount.signals import (
    social_account_added,
    social_account_removed,
    social_account_updated,
)
from django.dispatch import Signal, receiver

from accounts.locks import lock_account
from accounts.models import User
from common.db.transactions import transactional

# Sent with `person` once, at the moment of verification; whoever keeps counts listens.
person_verified = Signal()

# Sent with `person` when moderators opened, closed or verified an account by hand.
account_changed = Signal()


def verify(person: User) -> None:
    """Mark a person as verified; doing it again changes nothing."""
    if not person.is_verified:
        _verify(person)


@transactional
def _verify(person: User) -> None:
    lock_account(person)
    person.is_verified = True
    person.save(update_fields=["is_verified"])
    person_verified.send(sender=User, person=person)


@receiver(email_confirmed)
def _on_email_confirmed(email_address, **kwargs) -> None:
    verify(email_address.user)


@receiver(user_logged_in)
def _on_sign_in(user: User, sociallogin=None, **kwargs) -> None:
    if sociallogin is not None:
        _take_over(user, sociallogin)


@receiver([social_account_added, social_account_updated])
def _on_connected(sociallogin, **kwargs) -> None:
    _take_over(sociallogin.user, sociallogin)


@receiver(social_account_removed)
def _on_disconnected(socialaccount, **kwargs) -> None:
    """An iD stands for "signs in with it": it goes with the connection."""
    person = socialaccount.user
    if socialaccount.provider == "orcid" and person.orcid == socialaccount.uid:
        person.orcid = ""
        person.save(update_fields=["orcid"])


def _take_over(person: User, sociallogin) -> None:
    """ORCID, GitHub and Google tell who somebody is; an iD comes from ORCID alone."""
    if sociallogin.account.provider == "orcid" and person.orcid != sociallogin.account.uid:
        person.orcid = sociallogin.account.uid
        person.save(update_fields=["orcid"])
    verify(person)

"""Verify people: they control an e-mail address or an account elsewhere."""

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

# Sent with `person` once, at the moment of verification; receivers recount.
person_verified = Signal()

# Sent with `person` when moderators activated, deactivated or verified an account.
account_changed = Signal()


def verify(person: User) -> None:
    """Mark a person as verified; repeating it changes nothing."""
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
        _verify_by_provider(user, sociallogin)


@receiver([social_account_added, social_account_updated])
def _on_connected(sociallogin, **kwargs) -> None:
    _verify_by_provider(sociallogin.user, sociallogin)


@receiver(social_account_removed)
def _on_disconnected(socialaccount, **kwargs) -> None:
    """Remove the ORCID iD with the connection: it says that the person signs in with it."""
    person = socialaccount.user
    if socialaccount.provider == "orcid" and person.orcid == socialaccount.uid:
        person.orcid = ""
        person.save(update_fields=["orcid"])


def _verify_by_provider(person: User, sociallogin) -> None:
    """Verify a person who signed in through a provider, and store the iD if that is ORCID."""
    if sociallogin.account.provider == "orcid" and person.orcid != sociallogin.account.uid:
        person.orcid = sociallogin.account.uid
        person.save(update_fields=["orcid"])
    verify(person)

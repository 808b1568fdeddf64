"""A person leaves: the account goes for good, and what it wrote stays or goes as the person says."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import sessions
from accounts.export.registry import person_leaves
from accounts.i18n import language_of
from accounts.locks import lock_account
from accounts.models import User
from common.db.transactions import transactional


def delete_account(*, person: User, keep_summaries: bool) -> None:
    """Delete the account, and tell the person by mail.

    With `keep_summaries` what was signed stays, by "Deleted user"; else it goes. What was published
    anonymously stays either way, unnamed as before: gone at the same moment, it would tell whose
    it was. Texts that nobody else could read go either way.
    """
    _delete_account(person, keep_summaries, _mail_to(person, keep_summaries))


@transactional
def _delete_account(person: User, keep_summaries: bool, mail: dict[str, object] | None) -> None:
    person = lock_account(person)
    sessions.end_all(person)
    person_leaves.send(User, person=person, keep_summaries=keep_summaries)
    person.delete()
    if mail:
        transaction.on_commit(lambda: send_mail(**mail, fail_silently=True))


def _mail_to(person: User, keep_summaries: bool) -> dict[str, object] | None:
    """Written before the account is gone; to an address that was proved, else to nobody."""
    proved = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk")
    addresses = list(proved.values_list("email", flat=True)[:1])
    if not addresses and person.is_verified and person.email:
        addresses = [person.email]
    if not addresses:
        return None
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact": settings.CONTACT_EMAIL,
        "person": person,
        "name": person.display_name,
        "username": person.username,
        "keep_summaries": keep_summaries,
    }
    with translation.override(language_of(person)):
        return {
            "subject": _("%(site)s: Your account has been deleted") % {"site": settings.SITE_NAME},
            "message": render_to_string("accounts/mail/deleted.txt", context),
            "from_email": None,
            "recipient_list": addresses,
        }

"""Delete an account; the person chooses whether signed texts are kept or deleted with it."""

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
    """Delete the account, and confirm it to the person by mail.

    With `keep_summaries`, signed texts are kept and credited to "Deleted user"; otherwise they are
    deleted. Anonymous texts are kept either way and stay anonymous: if they disappeared at the same
    moment, that would reveal the author. Texts that only the person could read are always deleted.
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
    """Return the arguments of `send_mail`, or None without a verified address.

    Called before the account is deleted, while its data can still be read.
    """
    verified = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk")
    addresses = list(verified.values_list("email", flat=True)[:1])
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

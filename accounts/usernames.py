"""Change the user name, which is also the address of a person's page.

The old address redirects to the new one as long as the account exists, and nobody else can take the
old name: links in texts and on other sites keep working, and nobody can pretend to be the person.
"""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import USERNAME_VALIDATORS, PreviousUsername, User
from common.db.transactions import transactional

DAYS_BETWEEN = 30
# Sent with `person` after the name or the user name has changed, so that indexes are updated.
person_renamed = Signal()


class RenameNotAllowedError(Exception):
    """The name is not available; the message says why."""


def rename(*, person: User, username: str, is_own_wish: bool = True) -> None:
    """Change a person's user name; the same name changes nothing.

    With `is_own_wish` false, as when a moderator renames a person, the limit of one change in
    DAYS_BETWEEN days does not apply. Raises RenameNotAllowedError.
    """
    old = person.username
    if username == old:
        return
    validate_username(username)
    is_other_case = username.lower() == old.lower()
    if is_own_wish and not is_other_case and not may_rename(person):
        raise RenameNotAllowedError(
            _(
                "You can change your user name once every %(days)d days. Try again later, or "
                "keep this one."
            )
            % {"days": DAYS_BETWEEN}
        )
    try:
        _rename(person, username, old)
    except (RenameNotAllowedError, IntegrityError) as error:
        person.username = old
        if isinstance(error, RenameNotAllowedError):
            raise
        raise RenameNotAllowedError(_("That user name is taken. Choose another.")) from error


def change_display_name(*, person: User, name: str) -> None:
    """Change the display name. Raises RenameNotAllowedError when it is too long."""
    if len(name) > User._meta.get_field("name").max_length:
        raise RenameNotAllowedError(_("Display names can have at most 80 characters."))
    if name != person.name:
        person.name = name
        person.save(update_fields=["name"])
        person_renamed.send(User, person=person)


@transactional
def _rename(person: User, username: str, old: str) -> None:
    if is_taken(username, person):
        raise RenameNotAllowedError(_("That user name is taken. Choose another."))
    person.username = username
    person.save(update_fields=["username"])
    keep_previous_username(person=person, old=old)
    person_renamed.send(User, person=person)


def keep_previous_username(*, person: User, old: str) -> None:
    """Make the old user name redirect to the person's current one."""
    person.previous_usernames.filter(name=person.username.lower()).delete()
    if old.lower() != person.username.lower():
        PreviousUsername.objects.get_or_create(name=old.lower(), defaults={"person": person})


def validate_username(username: str) -> None:
    """Raise RenameNotAllowedError for a name that cannot be a user name."""
    if not settings.ACCOUNT_USERNAME_MIN_LENGTH <= len(username) <= 40:
        raise RenameNotAllowedError(_("User names must have 2 to 40 characters."))
    try:
        for validator in USERNAME_VALIDATORS:
            validator(username)
    except ValidationError as error:
        raise RenameNotAllowedError(" ".join(error.messages)) from error
    if username.lower() in settings.ACCOUNT_USERNAME_BLACKLIST:
        raise RenameNotAllowedError(_("This user name isn't allowed. Choose another."))


def is_taken(username: str, person: User | None = None) -> bool:
    """Return whether someone other than `person` has or had the name."""
    pk = person.pk if person else None
    return (
        User.objects.filter(username__iexact=username).exclude(pk=pk).exists()
        or PreviousUsername.objects.filter(name=username.lower()).exclude(person=pk).exists()
    )


def may_rename(person: User) -> bool:
    """Return whether the last change is more than DAYS_BETWEEN days ago."""
    since = timezone.now() - datetime.timedelta(days=DAYS_BETWEEN)
    return not person.previous_usernames.filter(left_at__gte=since).exists()


def current_holder(name: str) -> User | None:
    """Return the active person who once had this user name, or None."""
    rows = PreviousUsername.objects.filter(name=name.lower(), person__is_active=True)
    row = rows.select_related("person").first()
    return row.person if row else None

"""What must hold for the outbox of mails."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from doctor.invariants import Damage, Key, RowInvariant, Unique, register
from mailing.models import EmailPreference, OutgoingEmail, OutgoingEmailItem

State = OutgoingEmail.State
OPEN = (State.WAITING, State.SENDING)


class States(RowInvariant):
    """A mail is open as long as it may still be sent."""

    name = "mail-states"
    sentence = (
        "A mail is open as long as it waits or is being sent; one that was sent has a date, and a "
        "claimed one a time until which it is claimed."
    )
    model = OutgoingEmail

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the columns."""
        wrong = rows.filter(
            Q(is_open=True) & ~Q(state__in=OPEN)
            | Q(is_open=False, state__in=OPEN)
            | Q(state=State.SENT, sent_at=None)
            | Q(claim="", claimed_until__isnull=False)
            | ~Q(claim="") & Q(claimed_until=None)
        )
        for pk, state, is_open in wrong.order_by("pk").values_list("pk", "state", "is_open"):
            yield Damage(
                pk, f"the state is {state}, is_open {is_open}, or date and claim do not fit"
            )

    def repair(self, keys: Sequence[Key]) -> None:
        """Believe the state; a broken claim is released, and its row due."""
        rows = OutgoingEmail.objects.filter(pk__in=keys)
        rows.filter(state=State.SENT, sent_at=None).update(sent_at=F("created_at"))
        rows.filter(Q(claim="") | Q(claimed_until=None)).update(claim="", claimed_until=None)
        rows.update(is_open=Case(When(state__in=OPEN, then=Value(True)), default=Value(False)))


class Items(RowInvariant):
    """Nobody gets the notification of another person by mail."""

    name = "mail-items"
    sentence = "A mail has notifications of the person who gets it."
    model = OutgoingEmailItem

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the people."""
        wrong = rows.exclude(mail__user=F("notification__user")).order_by("pk")
        for pk, notification in wrong.values_list("pk", "notification_id"):
            yield Damage(pk, f"notification {notification} is that of another person")

    def repair(self, keys: Sequence[Key]) -> None:
        """Take them out of the mail; they go into one to the right person."""
        OutgoingEmailItem.objects.filter(pk__in=keys).delete()


register(
    Unique(
        "mails-once", "A person gets a mail about one thing once.", OutgoingEmail, ["user", "key"]
    ),
    Unique(
        "mail-items-once",
        "A notification is in one mail.",
        OutgoingEmailItem,
        ["notification"],
    ),
    Unique(
        "email-preferences-once",
        "A person has one preference for mail of each kind.",
        EmailPreference,
        ["user", "kind"],
    ),
    States(),
    Items(),
)

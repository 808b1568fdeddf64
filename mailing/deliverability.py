"""Where a person's mail goes, and addresses that get none."""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from mailing.models import Suppression


def proved_address(user: User) -> str:
    """Return the primary address if it is verified, else ""."""
    row = EmailAddress.objects.filter(user=user, verified=True, primary=True).first()
    return row.email if row else ""


def suppression_of(address: str) -> Suppression | None:
    """Return the suppression of an address, or None."""
    return Suppression.objects.filter(address=address.lower()).first() if address else None


def mailing_address(user: User) -> str:
    """Return the address to which mail may be sent now.

    It is "" for people who left, are suspended, or have no verified address, and for suppressed
    addresses.
    """
    if not user.is_active or (user.suspended_until and user.suspended_until > timezone.now()):
        return ""
    address = proved_address(user)
    return "" if suppression_of(address) else address


def reachable(people: QuerySet[User]) -> QuerySet[User]:
    """Return the people who have a `mailing_address`."""
    deliverable = (
        EmailAddress.objects.filter(user=OuterRef("pk"), verified=True, primary=True)
        .annotate(lower=Lower("email"))
        .exclude(lower__in=Suppression.objects.values("address"))
    )
    now = timezone.now()
    return people.filter(Exists(deliverable), is_active=True).filter(
        Q(suspended_until=None) | Q(suspended_until__lte=now)
    )


def suppress(address: str, *, reason: str, response: str = "") -> None:
    """Suppress an address.

    `response` is what the mail server said. The first reason is kept, except that a complaint
    replaces it.
    """
    address = address.strip().lower()
    response = _without(address, response)[:200]
    row, is_new = Suppression.objects.get_or_create(
        address=address, defaults={"reason": reason, "words": response}
    )
    if not is_new and reason == Suppression.Reason.COMPLAINED:
        row.reason, row.words = reason, response
        row.save(update_fields=["reason", "words"])


def lift_suppression(user: User) -> bool:
    """Lift the suppression at the owner's request; return False when there was none."""
    count, _ = Suppression.objects.filter(address=proved_address(user).lower()).delete()
    return bool(count)


def _without(address: str, response: str) -> str:
    """Return a server's response without the address, which it often repeats."""
    return " ".join(response.lower().replace(address, "the address").split()) if response else ""

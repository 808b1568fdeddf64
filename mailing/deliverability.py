"""Where a person's mail goes, and addresses that get none."""

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from mailing.models import Suppression


def proved_address(user: User) -> str:
    """The main address, if the person has shown that it is theirs; else ""."""
    found = EmailAddress.objects.filter(user=user, verified=True, primary=True).first()
    return found.email if found else ""


def suppression_of(address: str) -> Suppression | None:
    return Suppression.objects.filter(address=address.lower()).first() if address else None


def mailing_address(user: User) -> str:
    """Where mail may go now: "" for who left, is suspended, has no proved address or a stop."""
    if not user.is_active or (user.suspended_until and user.suspended_until > timezone.now()):
        return ""
    address = proved_address(user)
    return "" if suppression_of(address) else address


def reachable(people: QuerySet[User]) -> QuerySet[User]:
    """Those who have a `mailing_address`."""
    good = (
        EmailAddress.objects.filter(user=OuterRef("pk"), verified=True, primary=True)
        .annotate(lower=Lower("email"))
        .exclude(lower__in=Suppression.objects.values("address"))
    )
    now = timezone.now()
    return people.filter(Exists(good), is_active=True).filter(
        Q(suspended_until=None) | Q(suspended_until__lte=now)
    )


def suppress(address: str, *, reason: str, words: str = "") -> None:
    """Send nothing there any more; the first reason stays, a complaint weighs more."""
    address = address.strip().lower()
    words = _without(address, words)[:200]
    row, is_new = Suppression.objects.get_or_create(
        address=address, defaults={"reason": reason, "words": words}
    )
    if not is_new and reason == Suppression.Reason.COMPLAINED:
        row.reason, row.words = reason, words
        row.save(update_fields=["reason", "words"])


def lift_suppression(user: User) -> bool:
    """The owner says that the address is fine; False when nothing had stopped."""
    count, _ = Suppression.objects.filter(address=proved_address(user).lower()).delete()
    return bool(count)


def _without(address: str, words: str) -> str:
    """What a server said; it likes to repeat the address, which is nobody else's business."""
    return " ".join(words.lower().replace(address, "the address").split()) if words else ""

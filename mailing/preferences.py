"""How often people want mail of which kind, and unsubscribing."""

from collections.abc import Mapping

from django.core import signing
from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from mailing.models import BIG_BANG, NEWSLETTER, EmailPreference, Frequency
from notifications.models import Notification

Kind = Notification.Kind

# Instant mail for what expects an answer, digests for the rest; the newsletter is opt-in.
DEFAULTS = {
    Kind.COMMENT: Frequency.NOW,
    Kind.REPLY: Frequency.NOW,
    Kind.MENTION: Frequency.NOW,
    Kind.SUGGESTION: Frequency.NOW,
    Kind.MODERATION: Frequency.NOW,
    Kind.WISH: Frequency.DAILY,
    Kind.CORRECTION: Frequency.DAILY,
    Kind.FOLLOWED: Frequency.WEEKLY,
    NEWSLETTER: Frequency.NEVER,
}
DEFAULT_OF_OTHERS = Frequency.DAILY
KINDS = [kind for kind, _ in EmailPreference.KINDS]
ALL = "all"
# What one click may stop: one kind, everything in one form of mail, or all mail.
SCOPES = {*KINDS, Frequency.NOW, Frequency.DAILY, Frequency.WEEKLY, ALL}


def default_of(kind: str) -> Frequency:
    """Return the default for one kind."""
    return DEFAULTS.get(kind, DEFAULT_OF_OTHERS)


def frequencies_of(user: User) -> dict[str, str]:
    """Return {kind: pace} for every kind, like {"comment": "now"}."""
    chosen = dict(user.email_preferences.values_list("kind", "pace"))
    return {kind: chosen.get(kind, default_of(kind)) for kind in KINDS}


def choose(user: User, paces: Mapping[str, str]) -> None:
    """Store choices; kinds that are not in `paces` keep theirs."""
    now = timezone.now()
    with transaction.atomic():
        for kind, pace in paces.items():
            before = frequencies_of(user)[kind]
            row, _ = EmailPreference.objects.get_or_create(
                user=user, kind=kind, defaults={"pace": default_of(kind)}
            )
            row.pace = pace
            if before == Frequency.NEVER and pace != Frequency.NEVER:
                # Mail starts with what happens from now on, not with what was not to be mailed.
                row.since = now
            row.save()


def stop(user: User, scope: str) -> None:
    """Stop mail of `scope`; repeating it changes nothing."""
    paces = frequencies_of(user)
    if scope in KINDS:
        stopped = [scope]
    elif scope == ALL:
        stopped = KINDS
    else:
        stopped = [kind for kind, pace in paces.items() if pace == scope and kind != NEWSLETTER]
    choose(user, dict.fromkeys(stopped, Frequency.NEVER))


def with_frequency(notifications: QuerySet[Notification]) -> QuerySet[Notification]:
    """Annotate `pace`, what the person chose for the kind, and `wanted_since`."""
    own = EmailPreference.objects.filter(user=OuterRef("user"), kind=OuterRef("kind"))
    standard = Case(
        *(When(kind=kind, then=Value(pace)) for kind, pace in DEFAULTS.items()),
        default=Value(DEFAULT_OF_OTHERS),
        output_field=CharField(),
    )
    return notifications.annotate(
        pace=Coalesce(Subquery(own.values("pace")), standard),
        wanted_since=Coalesce(
            Subquery(own.values("since")), Value(BIG_BANG), output_field=DateTimeField()
        ),
    )


def stop_token(user_id: int, scope: str) -> str:
    """Return a signed token for an address that unsubscribes without signing in.

    It does not expire, and does not contain the e-mail address.
    """
    return _signer().sign(f"{user_id}.{scope}")


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Return (primary key of the person, scope), or None for an invalid token."""
    try:
        pk, _, scope = _signer().unsign(token).partition(".")
    except signing.BadSignature:
        return None
    return (int(pk), scope) if scope in SCOPES else None


def _signer() -> signing.Signer:
    return signing.Signer(sep="~", salt="mailing.stop")

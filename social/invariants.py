"""What must hold for the outbox of posts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from doctor.invariants import Damage, Key, RowInvariant, Unique, register
from social.models import Announcement

State, Action = Announcement.State, Announcement.Action
# What may be left to do in each state. A change while a row is being sent waits in `deed`.
ACTIONS = {
    State.WAITING: [Action.POST],
    State.SENDING: [*Action.values, ""],
    State.POSTED: [Action.EDIT, Action.DELETE, ""],
    State.UNCERTAIN: [""],
    State.FAILED: [""],
    State.SKIPPED: [""],
    State.REMOVED: [""],
}


class States(RowInvariant):
    """State and next action of a post fit together, so that none waits forever or is sent twice."""

    name = "post-states"
    sentence = (
        "What is to be done with a post fits its state, a posted one has a date, and one that is "
        "being sent is claimed or will be tried again."
    )
    model = Announcement

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the columns."""
        fits = Q()
        for state, actions in ACTIONS.items():
            fits |= Q(state=state, deed__in=actions)
        wrong = rows.filter(
            ~fits
            | Q(state=State.POSTED, posted_at=None)
            | _stranded()
            | Q(claim="", claimed_until__isnull=False)
            | ~Q(claim="") & Q(claimed_until=None)
        )
        for pk, state, deed in wrong.order_by("pk").values_list("pk", "state", "deed"):
            yield Damage(
                pk,
                f"the state is {state}, to do: {deed or 'nothing'}, or date and claim do not fit",
            )

    def repair(self, keys: Sequence[Key]) -> None:
        """Believe the state; what may have been posted is for a moderator to decide."""
        rows = Announcement.objects.filter(pk__in=keys)
        rows.filter(_stranded()).update(state=State.UNCERTAIN, claim="", claimed_until=None)
        rows.filter(state=State.POSTED, posted_at=None).update(
            posted_at=F("first_sent_at"),
        )
        rows.filter(state=State.POSTED, posted_at=None).update(posted_at=timezone.now())
        rows.filter(Q(claim="") | Q(claimed_until=None)).update(claim="", claimed_until=None)
        for state, actions in ACTIONS.items():
            wrong = rows.filter(state=state).exclude(deed__in=actions)
            wrong.update(deed=actions[-1])


def _stranded() -> Q:
    """Return rows whose process was killed while a change made them need nothing more."""
    is_claimed = Q(claimed_until__gte=timezone.now())
    return Q(state=State.SENDING, deed="") & ~is_claimed


register(
    Unique(
        "posts-once",
        "A summary is posted on a channel once.",
        Announcement,
        ["summary", "channel"],
    ),
    States(),
)

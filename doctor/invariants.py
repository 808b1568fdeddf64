"""What a check is: it finds rows or files that break an invariant, and may repair them.

Each app declares its own in `<app>/invariants.py` and calls `register`. A check finds suspects
without locks, in batches by primary key, so that it needs the same memory for a million rows. The
suspects are then checked again under the locks that the app's operations take: what another
transaction has changed in the meantime is no damage.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import DatabaseError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from common.db.transactions import TryAgainError, transactional

log = logging.getLogger(__name__)

Key = int | str
# Rows that are locked, checked again and repaired in one transaction.
LOCKED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Damage:
    """One broken row or file: its primary key or name, and what is wrong with it."""

    key: Key
    what: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The result of one batch: `last` is the key to continue after, None for "from the start"."""

    last: Key | None
    size: int
    suspects: list[Damage]


@dataclass(slots=True)
class Verdict:
    """What was really damaged among the suspects, and the keys of what was repaired."""

    damaged: list[Damage] = field(default_factory=list)
    repaired: set[Key] = field(default_factory=set)


class Invariant:
    """A check; `name` is its name in commands and metrics, `sentence` says what must hold."""

    name: str
    sentence: str
    can_repair: ClassVar[bool] = True

    def find(self, after: Key | None = None) -> Iterator[Batch]:
        """Yield batches of suspects; `after` is the last key of an interrupted run."""
        raise NotImplementedError

    def confirm(self, keys: Sequence[Key], *, repairs: bool) -> Verdict:
        """Check suspects again, now under their locks, and repair them if `repairs`."""
        raise NotImplementedError

    def settle(self, suspects: Iterable[Damage], *, repairs: bool) -> Verdict:
        """Confirm the suspects of a batch, a few at a time; an error leaves those unrepaired."""
        verdict, waiting = Verdict(), list(suspects)
        for start in range(0, len(waiting), LOCKED_AT_ONCE):
            some = waiting[start : start + LOCKED_AT_ONCE]
            try:
                part = self.confirm([damage.key for damage in some], repairs=repairs)
            except (DatabaseError, TryAgainError, OSError):
                if not repairs:
                    raise
                log.exception("doctor: %s could not be repaired", self.name)
                part = self.confirm([damage.key for damage in some], repairs=False)
            verdict.damaged += part.damaged
            verdict.repaired |= part.repaired
        return verdict


class RowInvariant(Invariant):
    """A check of the rows of one table.

    A subclass has `damage`, which compares rows with the truth, and `repair`, which writes it, or
    `can_repair = False`. `lock` takes the locks of the operations that change the rows, in the order
    of `papers.locks`.
    """

    model: type[Model]
    batch_size: ClassVar[int] = 1000

    def rows(self) -> QuerySet[Any]:
        """Return the rows to check."""
        return self.model._base_manager.all()

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the damage among `rows`, a few of `self.rows()`."""
        raise NotImplementedError

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the rows inside a transaction."""
        rows = self.model._base_manager.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))

    def repair(self, keys: Sequence[Key]) -> None:
        """Repair damaged rows, whose locks are held."""
        raise NotImplementedError

    def find(self, after: Key | None = None) -> Iterator[Batch]:
        """Yield batches of `batch_size` rows in the order of their keys."""
        last = after or 0
        while True:
            begun = self.rows().filter(pk__gt=last).order_by("pk")
            keys = list(begun.values_list("pk", flat=True)[: self.batch_size])
            if not keys:
                return
            between = self.rows().filter(pk__gt=last, pk__lte=keys[-1])
            yield Batch(keys[-1], len(keys), one_each(self.damage(between)))
            last = keys[-1]

    def confirm(self, keys: Sequence[Key], *, repairs: bool) -> Verdict:
        """Check the rows again under their locks, and once more after the repair."""
        return _confirm_rows(self, keys, repairs)


@transactional
def _confirm_rows(check: RowInvariant, keys: Sequence[Key], repairs: bool) -> Verdict:
    check.lock(keys)
    damaged = one_each(check.damage(check.rows().filter(pk__in=keys)))
    if not (damaged and repairs and check.can_repair):
        return Verdict(damaged)
    broken = [damage.key for damage in damaged]
    check.repair(broken)
    left = {damage.key for damage in check.damage(check.rows().filter(pk__in=broken))}
    return Verdict(damaged, set(broken) - left)


def one_each(damage: Iterable[Damage]) -> list[Damage]:
    """Return one Damage for each key, with all that is wrong."""
    by_key: dict[Key, list[str]] = {}
    for item in damage:
        by_key.setdefault(item.key, []).append(item.what)
    return [Damage(key, "; ".join(whats)) for key, whats in by_key.items()]


class Unique(RowInvariant):
    """No two rows have the same values; the constraint holds that, unless its index is corrupt.

    The oldest row stays. `remove` gets the keys of the others, by default to delete them.
    """

    def __init__(
        self,
        name: str,
        sentence: str,
        model: type[Model],
        fields: Sequence[str],
        *,
        condition: Q | None = None,
        lock: Callable[[Sequence[Key]], object] | None = None,
        remove: Callable[[Sequence[Key]], object] | None = None,
    ) -> None:
        self.name, self.sentence, self.model = name, sentence, model
        self.fields, self.condition = tuple(fields), condition or Q()
        self._lock, self._remove = lock, remove

    def rows(self) -> QuerySet[Any]:
        """Return the rows that have all values: NULL is equal to nothing."""
        filled = Q(**{f"{name}__isnull": False for name in self.fields})
        return self.model._base_manager.filter(self.condition, filled)

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the rows that have an older twin."""
        same = {name: OuterRef(name) for name in self.fields}
        twins = self.model._base_manager.filter(self.condition, pk__lt=OuterRef("pk"), **same)
        # Without the values, because administrators read it: one may be an author who is not named.
        what = f"an older row has the same {' and '.join(self.fields)}"
        for pk in rows.filter(Exists(twins)).order_by("pk").values_list("pk", flat=True):
            yield Damage(pk, what)

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock as the operations on these rows do."""
        if self._lock:
            self._lock(keys)
        else:
            super().lock(keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Remove the younger twins."""
        if self._remove:
            self._remove(keys)
        else:
            self.model._base_manager.filter(pk__in=keys).delete()


_registered: dict[str, Invariant] = {}


def register(*invariants: Invariant) -> None:
    """Add checks; they run in the order in which they were added, counts before what needs them."""
    for invariant in invariants:
        if invariant.name in _registered:
            raise ValueError(f"Two checks have the name {invariant.name}.")
        _registered[invariant.name] = invariant


def registered() -> dict[str, Invariant]:
    """Return {name: check} of all apps."""
    return dict(_registered)

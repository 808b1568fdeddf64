"""What must hold for accounts."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from accounts.models import PreviousUsername, User
from doctor.invariants import Damage, RowInvariant, Unique, register


class PreviousNames(RowInvariant):
    """The old address of a person leads to nobody else."""

    name = "previous-usernames"
    sentence = "A user name that a person had is the name of nobody else."
    model = PreviousUsername
    # Only the people can say who may have the name: a moderator renames one of them.
    can_repair: ClassVar[bool] = False

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the old names that another person has now."""
        others = User.objects.filter(username__iexact=OuterRef("name")).exclude(
            pk=OuterRef("person_id")
        )
        for pk, name in rows.filter(Exists(others)).order_by("pk").values_list("pk", "name"):
            yield Damage(pk, f"another person is called {name} now")


class OneOfAName(RowInvariant):
    """Two people don't share an address."""

    name = "usernames-once"
    sentence = "No two people have the same user name, in upper or lower case."
    model = User
    can_repair: ClassVar[bool] = False

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return people with the name of an older account."""
        older = User.objects.annotate(lower=Lower("username")).filter(
            lower=Lower(OuterRef("username")), pk__lt=OuterRef("pk")
        )
        for pk, name in rows.filter(Exists(older)).order_by("pk").values_list("pk", "username"):
            yield Damage(pk, f"an older account is called {name} too")


register(
    PreviousNames(),
    Unique(
        "previous-usernames-once",
        "A previous user name is that of one person.",
        PreviousUsername,
        ["name"],
    ),
    OneOfAName(),
)

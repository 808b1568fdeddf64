"""What must hold for saved papers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet

from doctor.invariants import Damage, Key, RowInvariant, Unique, register
from library.models import SavedPaper


class Folders(RowInvariant):
    """Nobody's papers are in the folder of another person."""

    name = "folders"
    sentence = "A saved paper is in a folder of the same person, or in none."
    model = SavedPaper

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the owners."""
        wrong = rows.filter(folder__isnull=False).exclude(folder__user=F("user")).order_by("pk")
        for pk, folder in wrong.values_list("pk", "folder_id"):
            yield Damage(pk, f"folder {folder} is that of another person")

    def repair(self, keys: Sequence[Key]) -> None:
        """Take the papers out of the folder."""
        SavedPaper.objects.filter(pk__in=keys).update(folder=None)


register(
    Unique("saved-papers-once", "A person saves a paper once.", SavedPaper, ["user", "paper"]),
    Folders(),
)

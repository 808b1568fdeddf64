"""What must hold for the queue of moderators."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from doctor.invariants import Damage, Key, RowInvariant, Unique, register
from moderation.models import Case
from moderation.reporting import open_case
from summaries.invariants import lock_comments
from summaries.locks import lock_summaries
from summaries.models import Comment, Summary


class WaitingTexts(RowInvariant):
    """A text that waits for a moderator is in the queue."""

    def __init__(self, model: type[Summary] | type[Comment]) -> None:
        self.model = model
        self.kind = model._meta.model_name
        self.name = f"waiting-{self.kind}-cases"
        self.sentence = f"A {self.kind} that waits for a moderator has an open case."

    def rows(self) -> QuerySet[Any]:
        """Return the texts that wait."""
        return self.model.objects.filter(state="waiting", deleted_at=None)

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return those that nobody would look at."""
        opened = Case.objects.exclude(state=Case.State.DONE).filter(**{self.kind: OuterRef("pk")})
        for pk in rows.filter(~Exists(opened)).order_by("pk").values_list("pk", flat=True):
            yield Damage(pk, "no moderator sees it: it has no open case")

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers and summaries, then the comments."""
        if self.model is Summary:
            lock_summaries(int(key) for key in keys)
        else:
            lock_comments(keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Open the cases."""
        for text in self.model.objects.filter(pk__in=keys).order_by("pk"):
            open_case(text, is_screening=True)


register(
    WaitingTexts(Summary),
    WaitingTexts(Comment),
    Unique("summary-cases-once", "A summary has one case.", Case, ["summary"]),
    Unique("comment-cases-once", "A comment has one case.", Case, ["comment"]),
)

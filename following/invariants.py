"""What must hold for what people follow."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from doctor.invariants import Damage, Key, RowInvariant, Unique, register
from following.models import Follow, SavedSearchMatch

Kind = Follow.Kind
COLUMNS = ("person", "paper", "venue", "field")


class Targets(RowInvariant):
    """A follow has one target, of its kind."""

    name = "follow-targets"
    sentence = (
        "Who follows something follows one thing, of the kind that the row names, not oneself."
    )
    model = Follow

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the rows whose columns are not those of their kind."""
        right = Q()
        for kind in Kind.values:
            filled = {f"{column}__isnull": column != kind for column in COLUMNS}
            has_words = Q(words="") if kind in COLUMNS else ~Q(words="")
            right |= Q(has_words, kind=kind, **filled)
        own = Q(person=F("user"), person__isnull=False)
        for pk, kind in rows.filter(~right | own).order_by("pk").values_list("pk", "kind"):
            yield Damage(pk, f"it does not follow one {kind}")

    def repair(self, keys: Sequence[Key]) -> None:
        """Delete rows that follow nothing; nobody knows what was meant by them."""
        Follow.objects.filter(pk__in=keys).delete()


class SearchMatches(RowInvariant):
    """Matches are those of a search."""

    name = "search-matches"
    sentence = "A stored match belongs to a followed search."
    model = SavedSearchMatch

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the matches of anything else."""
        wrong = rows.exclude(follow__kind=Kind.SEARCH).order_by("pk")
        for pk, follow in wrong.values_list("pk", "follow_id"):
            yield Damage(pk, f"follow {follow} is no search")

    def repair(self, keys: Sequence[Key]) -> None:
        """Delete the matches."""
        SavedSearchMatch.objects.filter(pk__in=keys).delete()


register(
    *(
        Unique(
            f"{column}-followed-once",
            f"A person follows a {column} once.",
            Follow,
            ["user", column],
        )
        for column in COLUMNS
    ),
    Unique(
        "words-followed-once",
        "A person follows an author or a search once.",
        Follow,
        ["user", "kind", "words"],
        condition=~Q(words=""),
    ),
    Targets(),
    Unique(
        "search-matches-once",
        "A summary matches a followed search once.",
        SavedSearchMatch,
        ["follow", "summary"],
    ),
    SearchMatches(),
)

"""What must hold for papers, and how it is repaired."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Exists, F, ForeignKey, Max, Min, OuterRef, Q, QuerySet

from common.fulltext.words import WORDS_VERSION
from doctor.invariants import Damage, Key, RowInvariant, Unique, register
from papers.curation.merge import pointers
from papers.locks import lock_papers
from papers.models import ArxivVersion, Authorship, Identifier, Merge, MergeProposal, Paper, Upkeep
from papers.search import PaperDocument, for_index, index_papers, indexed_texts


class AuthorPositions(RowInvariant):
    """Bylines without gaps: the position is shown, and orders the authors."""

    name = "author-positions"
    sentence = "The authors of a paper have the positions 1, 2, 3 without a gap."
    model = Paper

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the smallest and the largest position with the number of authors."""
        # Grouped by the column of Authorship itself, because a join to papers is slower.
        positions = (
            Authorship.objects.filter(paper__in=rows.values("pk"))
            .order_by()
            .values("paper_id")
            .annotate(first=Min("position"), last=Max("position"), count=Count("pk"))
        )
        for row in positions.exclude(first=1, last=F("count")):
            yield Damage(
                row["paper_id"],
                f"{row['count']} authors have the positions {row['first']} to {row['last']}",
            )

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers."""
        lock_papers(int(key) for key in keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Renumber the authors in their order."""
        for key in keys:
            rows = list(Authorship.objects.filter(paper=key).order_by("position", "pk"))
            # First beyond all of them, because a position is taken once.
            beyond = max(row.position for row in rows) + len(rows)
            for start in (beyond, 0):
                for position, row in enumerate(rows, start=start + 1):
                    Authorship.objects.filter(pk=row.pk).update(position=position)


class MergedPapers(RowInvariant):
    """A merged paper is gone: its address redirects, and nothing refers to it."""

    name = "merged-papers"
    sentence = "A paper that was merged has no row, and no row refers to it."
    model = Merge
    batch_size = 200

    def rows(self) -> QuerySet[Any]:
        """Return the merges that were not undone."""
        return Merge.objects.filter(undone_at=None)

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Look for the papers, and for rows that refer to them, one query for each kind."""
        number = OuterRef("merged_number")
        existing = rows.filter(Exists(Paper.objects.filter(pk=number)))
        for pk, merged in existing.order_by("pk").values_list("pk", "merged_number"):
            yield Damage(pk, f"paper {merged} still has a row")
        gone = rows.exclude(Exists(Paper.objects.filter(pk=number)))
        for pointer in _all_pointers():
            pointing = pointer.model._base_manager.filter(**{pointer.attname: number})
            left = gone.filter(Exists(pointing)).order_by("pk")
            for pk, merged in left.values_list("pk", "merged_number"):
                name = f"{pointer.model._meta.label}.{pointer.name}"
                yield Damage(pk, f"{name} refers to paper {merged}")

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers that were kept, then the merges."""
        lock_papers(Merge.objects.filter(pk__in=keys).values("kept"))
        super().lock(keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Point the rows at the kept paper; one that has its like there is deleted.

        A paper that has a row is left alone: a person decides which of the two pages is right.
        """
        for merge in Merge.objects.filter(pk__in=keys):
            if Paper.objects.filter(pk=merge.merged_number).exists():
                continue
            for pointer in _all_pointers():
                _repoint(pointer, merge)
        index_papers(Merge.objects.filter(pk__in=keys).values_list("kept", flat=True))


def _all_pointers() -> list[ForeignKey]:
    proposals = [MergeProposal._meta.get_field(name) for name in ("first", "second")]
    return [*pointers(), *proposals]


def _repoint(pointer: ForeignKey, merge: Merge) -> None:
    model = pointer.model
    rows = model._base_manager.filter(**{pointer.attname: merge.merged_number})
    if model in (MergeProposal, Authorship):
        # The kept paper has a byline of its own, and a proposal to merge is done.
        rows.delete()
        return
    for row in rows.order_by("pk"):
        twins = Q()
        for names in _unique_with(pointer):
            values = {name: getattr(row, name) for name in names}
            if None not in values.values():
                twins |= Q(**values, **{pointer.attname: merge.kept_id})
        if twins and model._base_manager.filter(twins).exists():
            model._base_manager.filter(pk=row.pk).delete()
        else:
            model._base_manager.filter(pk=row.pk).update(**{pointer.attname: merge.kept_id})


def _unique_with(pointer: ForeignKey) -> list[list[str]]:
    """Return the other columns of each constraint that makes the paper unique."""
    return [
        [pointer.model._meta.get_field(name).attname for name in names if name != pointer.name]
        for constraint in pointer.model._meta.total_unique_constraints
        if pointer.name in (names := constraint.fields)
    ]


class SearchRows(RowInvariant):
    """The search index has the words that a paper has now."""

    name = "paper-search"
    sentence = "Every paper is in the search index, with the words it has now."
    model = Paper
    batch_size = 500

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the stored words with those of the texts."""
        if is_being_rebuilt("index papers"):
            return
        texts = {paper.pk: indexed_texts(paper) for paper in for_index(rows)}
        for pk, has_row in PaperDocument.index.outdated(texts).items():
            yield Damage(pk, "outdated in the index" if has_row else "missing in the index")

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers."""
        lock_papers(int(key) for key in keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Index the papers again."""
        index_papers(int(key) for key in keys)


class SurplusSearchRows(RowInvariant):
    """The search index has no papers that are gone."""

    name = "paper-search-surplus"
    sentence = "The search index has no row for a paper that does not exist."
    model = PaperDocument

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the rows without a paper."""
        papers = Paper.objects.filter(pk=OuterRef("pk"))
        for pk in rows.filter(~Exists(papers)).order_by("pk").values_list("pk", flat=True):
            yield Damage(pk, "there is no such paper")

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock nothing: the paper that would be locked does not exist, and keys are not reused."""

    def repair(self, keys: Sequence[Key]) -> None:
        """Delete the rows."""
        PaperDocument.index.remove(int(key) for key in keys)


def is_being_rebuilt(name: str) -> bool:
    """Return whether an index is being rebuilt after an upgrade: old words are no damage then."""
    state = Upkeep.objects.filter(name=name).first()
    return state is not None and (state.version != WORDS_VERSION or not state.is_complete)


def _lock_papers_of_identifiers(keys: Sequence[Key]) -> None:
    lock_papers(Identifier.objects.filter(pk__in=keys).values("paper"))


register(
    AuthorPositions(),
    Unique(
        "identifiers-once",
        "An identifier names one paper.",
        Identifier,
        ["scheme", "value"],
        lock=_lock_papers_of_identifiers,
    ),
    Unique(
        "versions-once",
        "A paper has each arXiv version once.",
        ArxivVersion,
        ["paper", "number"],
    ),
    MergedPapers(),
    SearchRows(),
    SurplusSearchRows(),
)

"""What must hold for the search index of summaries."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from doctor.invariants import Damage, Key, RowInvariant, register
from papers.invariants import is_being_rebuilt
from search.index import index_summaries, indexed_texts
from search.models import SummaryDocument
from summaries.locks import lock_summaries
from summaries.models import Summary


class SearchRows(RowInvariant):
    """The search index has the words that a summary shows."""

    name = "summary-search"
    sentence = "Every published summary is in the search index, with the words it has now."
    model = Summary
    batch_size = 200

    def rows(self) -> QuerySet[Any]:
        """Return what everyone may read."""
        return Summary.objects.published()

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Compare the stored words with those of the texts."""
        if is_being_rebuilt("index summaries"):
            return
        summaries = rows.select_related("paper", "author").order_by("pk")
        texts = {summary.pk: indexed_texts(summary) for summary in summaries}
        for pk, has_row in SummaryDocument.index.outdated(texts).items():
            yield Damage(pk, "outdated in the index" if has_row else "missing in the index")

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the papers and the summaries."""
        lock_summaries(int(key) for key in keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Index the summaries again."""
        index_summaries(int(key) for key in keys)


class SurplusSearchRows(RowInvariant):
    """The search index has nothing that readers may not see."""

    name = "summary-search-surplus"
    sentence = "The search index has no row for a summary that is not published."
    model = SummaryDocument

    def damage(self, rows: QuerySet[Any]) -> Iterable[Damage]:
        """Return the rows without a published summary."""
        published = Summary.objects.published().filter(pk=OuterRef("pk"))
        for pk in rows.filter(~Exists(published)).order_by("pk").values_list("pk", flat=True):
            yield Damage(pk, "the summary is not published")

    def lock(self, keys: Sequence[Key]) -> None:
        """Lock the summaries that exist."""
        lock_summaries(int(key) for key in keys)

    def repair(self, keys: Sequence[Key]) -> None:
        """Delete the rows."""
        index_summaries(int(key) for key in keys)


register(SearchRows(), SurplusSearchRows())

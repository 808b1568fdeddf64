"""Similar papers, by title, abstract and summaries; compared every night."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import Q

from common.db.batches import in_batches
from common.db.transactions import transactional
from common.fulltext.words import words
from common.text.tfidf import Likeness
from papers.models import Paper
from summaries.models import SimilarPapers, Summary

KEPT = 8
BATCH_SIZE = 500
# Of one text; the beginning shows what a long one is about.
MOST_CHARACTERS = 6_000
TITLE_WEIGHT = 3


def compare_papers(*, batch_size: int = BATCH_SIZE) -> int:
    """Store for every paper the KEPT most similar ones; return how many rows changed.

    Papers with a summary or a request for one are compared: the whole catalogue would cost much and
    lead to pages with nothing to read. The rows of other papers are deleted.
    """
    likeness = Likeness()
    for paper_id, terms in _texts(batch_size):
        likeness.add(paper_id, terms)
    nearest = likeness.nearest(KEPT)
    changed, seen = 0, set()
    while batch := dict(islice(nearest, batch_size)):
        changed += _write(batch)
        seen |= batch.keys()
    return changed + _forget_all_but(seen)


def similar_to(paper: Paper, *, most: int) -> list[Paper]:
    """Return similar papers that have a summary, the most similar first; two queries."""
    row = SimilarPapers.objects.filter(paper=paper).first()
    if row is None:
        return []
    papers = Paper.objects.filter(summary_count__gt=0).exclude(pk=paper.pk).in_bulk(row.numbers)
    return [papers[pk] for pk in row.numbers if pk in papers][:most]


def _texts(batch_size: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (paper id, terms of its title, abstract and public summaries)."""
    chosen = Paper.objects.filter(Q(summary_count__gt=0) | Q(wish_count__gt=0))
    for batch in in_batches(chosen.only("title", "abstract"), batch_size):
        texts_of: dict[int, list[str]] = {}
        public = Summary.objects.published().filter(paper__in=batch).ranked()
        for paper_id, text in public.values_list("paper_id", "plain_text"):
            texts_of.setdefault(paper_id, []).append(text)
        for paper in batch:
            summaries = " ".join(texts_of.get(paper.pk, ()))[:MOST_CHARACTERS]
            body = f"{paper.abstract[:MOST_CHARACTERS]} {summaries}"
            yield paper.pk, words(paper.title) * TITLE_WEIGHT + words(body)


@transactional
def _write(batch: dict[int, list[int]]) -> int:
    """Save the rows that differ, few on most nights; return how many."""
    known = dict(SimilarPapers.objects.filter(pk__in=batch).values_list("pk", "numbers"))
    rows = [
        SimilarPapers(paper_id=paper_id, numbers=others)
        for paper_id, others in batch.items()
        if known.get(paper_id) != others
    ]
    SimilarPapers.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["paper"], update_fields=["numbers"]
    )
    return len(rows)


def _forget_all_but(seen: set[int]) -> int:
    known = SimilarPapers.objects.values_list("pk", flat=True).iterator(chunk_size=5_000)
    gone = [pk for pk in known if pk not in seen]
    for start in range(0, len(gone), BATCH_SIZE):
        SimilarPapers.objects.filter(pk__in=gone[start : start + BATCH_SIZE]).delete()
    return len(gone)

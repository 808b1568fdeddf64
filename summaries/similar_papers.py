"""Which papers are alike, by title, abstract and summaries; compared every night."""

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
# Of one text; what a long one is about is said by then.
MOST_CHARACTERS = 6_000
TITLE_WEIGHT = 3


def compare_papers(*, batch_size: int = BATCH_SIZE) -> int:
    """Write the rows of papers that are alike; return how many changed.

    Papers with a summary or a wish for one are compared: the whole catalogue would cost much and
    lead to pages with nothing to read. Rows of other papers are taken away.
    """
    likeness = Likeness()
    for number, told in _texts(batch_size):
        likeness.add(number, told)
    found = likeness.nearest(KEPT)
    changed, seen = 0, set()
    while batch := dict(islice(found, batch_size)):
        changed += _write(batch)
        seen |= batch.keys()
    return changed + _forget_all_but(seen)


def similar_to(paper: Paper, *, most: int) -> list[Paper]:
    """Papers like this one that have a summary, the most alike first; in two queries."""
    row = SimilarPapers.objects.filter(paper=paper).first()
    if row is None:
        return []
    papers = Paper.objects.filter(summary_count__gt=0).exclude(pk=paper.pk).in_bulk(row.numbers)
    return [papers[number] for number in row.numbers if number in papers][:most]


def _texts(batch_size: int) -> Iterator[tuple[int, list[str]]]:
    """(number of a paper, the words of its title, abstract and public summaries)."""
    chosen = Paper.objects.filter(Q(summary_count__gt=0) | Q(wish_count__gt=0))
    for batch in in_batches(chosen.only("title", "abstract"), batch_size):
        told: dict[int, list[str]] = {}
        public = Summary.objects.published().filter(paper__in=batch).ranked()
        for number, text in public.values_list("paper_id", "plain_text"):
            told.setdefault(number, []).append(text)
        for paper in batch:
            summaries = " ".join(told.get(paper.pk, ()))[:MOST_CHARACTERS]
            rest = f"{paper.abstract[:MOST_CHARACTERS]} {summaries}"
            yield paper.pk, words(paper.title) * TITLE_WEIGHT + words(rest)


@transactional
def _write(batch: dict[int, list[int]]) -> int:
    """Only what changed: on most nights that is little."""
    known = dict(SimilarPapers.objects.filter(pk__in=batch).values_list("pk", "numbers"))
    rows = [
        SimilarPapers(paper_id=number, numbers=others)
        for number, others in batch.items()
        if known.get(number) != others
    ]
    SimilarPapers.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["paper"], update_fields=["numbers"]
    )
    return len(rows)


def _forget_all_but(seen: set[int]) -> int:
    known = SimilarPapers.objects.values_list("pk", flat=True).iterator(chunk_size=5_000)
    gone = [number for number in known if number not in seen]
    for start in range(0, len(gone), BATCH_SIZE):
        SimilarPapers.objects.filter(pk__in=gone[start : start + BATCH_SIZE]).delete()
    return len(gone)

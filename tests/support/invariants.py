"""What must hold after any interleaving of operations: every stored count is what counting gives."""

from django.db.models import F

from papers.models import Merge, Paper
from summaries.citations import papers_by_key
from summaries.models import (
    Citation,
    Comment,
    PaperRanking,
    Revision,
    Summary,
    SummaryRequest,
    Vote,
)
from summaries.ranking import counters
from summaries.rendering import citation_keys


def assert_all_counts_are_true() -> None:
    """Compare all stored counts with rows, and with what a recount writes; it changes nothing then.

    Called with no transaction open and no other one at work.
    """
    _assert_summaries()
    _assert_papers()
    _assert_revisions()
    _assert_citations()
    before = stored_counts()
    counters.recount_all()
    assert before == stored_counts()


def stored_counts() -> dict[str, dict[int, tuple]]:
    """All that is stored and could be counted, by kind and number."""
    return {
        "summaries": _rows(Summary, "score", "up_count", "down_count", "comment_count"),
        "papers": _rows(Paper, "summary_count", "wish_count"),
        "standings": _rows(
            PaperRanking,
            *("top_summary_id", "latest_summary_id", "latest_at", "comment_count"),
            *("popular", "best", "discussed"),
        ),
    }


def _rows(model, *columns: str) -> dict[int, tuple]:
    return {number: tuple(values) for number, *values in model.objects.values_list("pk", *columns)}


def _assert_summaries() -> None:
    counting = list(counters.votes_that_count().values_list("summary_id", "value"))
    shown = list(Comment.objects.shown().values_list("summary_id", flat=True))
    for summary in Summary.objects.all():
        values = [value for number, value in counting if number == summary.pk]
        assert (summary.score, summary.up_count, summary.down_count) == (
            sum(values),
            values.count(1),
            values.count(-1),
        ), summary
        assert summary.comment_count == shown.count(summary.pk), summary


def _assert_papers() -> None:
    for paper in Paper.objects.all():
        published = Summary.objects.published().filter(paper=paper)
        assert paper.summary_count == published.count(), paper
        assert paper.wish_count == SummaryRequest.objects.filter(paper=paper).count(), paper
        place = PaperRanking.objects.filter(paper=paper).first()
        assert (place is not None) == published.exists(), paper
        if place is not None:
            assert place.top_summary == published.ranked().first(), paper
            assert place.comment_count == sum(published.values_list("comment_count", flat=True))
    assert not PaperRanking.objects.exclude(top_summary__paper=F("paper")).exists()
    assert not Vote.objects.filter(summary__author=F("voter")).exists()


def _assert_revisions() -> None:
    """Numbered from 1 without a gap, and the newest one is what readers see."""
    for summary in Summary.objects.filter(revision_number__gt=0):
        numbers = Revision.objects.filter(summary=summary).order_by("number")
        told = list(numbers.values_list("number", flat=True))
        assert told == list(range(1, summary.revision_number + 1)), summary
        if summary.state == Summary.State.PUBLISHED:
            assert numbers.last().text == summary.text, summary


def _assert_citations() -> None:
    for summary in Summary.objects.filter(state=Summary.State.PUBLISHED):
        keys = set(citation_keys(summary.text))
        papers = {key: paper.pk for key, paper in papers_by_key(keys).items()}
        rows = dict(Citation.objects.filter(summary=summary).values_list("key", "paper_id"))
        # Undoing a merge leaves with the kept paper what came since, also a citation.
        kept = set(Merge.objects.exclude(undone_at=None).values_list("kept_id", flat=True))
        assert rows.keys() == keys, summary
        assert all(rows[key] in {papers.get(key), *kept} for key in keys), summary

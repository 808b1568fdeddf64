"""What must hold after any interleaving of operations: `doctor` finds nothing, a recount changes nothing."""

from doctor.files import FileInvariant
from doctor.invariants import Key, registered
from papers.models import Paper
from summaries.citations import resolve_citations
from summaries.models import PaperRanking, Summary
from summaries.ranking import counters


def damage(*, with_files: bool = False) -> dict[str, dict[Key, str]]:
    """All that `doctor` finds: {check: {key: what is wrong}}.

    Files without a row are left out by default: the folder has those of other tests.
    """
    found: dict[str, dict[Key, str]] = {}
    for name, check in registered().items():
        if isinstance(check, FileInvariant) and not with_files:
            continue
        for batch in check.find():
            for suspect in batch.suspects:
                found.setdefault(name, {})[suspect.key] = suspect.what
    return found


def assert_all_counts_are_true() -> None:
    """Look for damage, and compare all stored counts with what a recount writes; it changes nothing then.

    Called with no transaction open and no other one at work.
    """
    assert damage() == {}
    # `doctor` leaves new papers to the hourly task; here nobody was too late.
    assert resolve_citations() == 0
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

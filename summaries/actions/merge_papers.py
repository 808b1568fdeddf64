"""What happens to summaries when papers are merged, or a merge is undone."""

from papers.curation.merge import Consequences
from papers.events import merge_described, merge_undone, papers_merged
from papers.models import Paper
from summaries.models import Citation, Summary, SummaryRequest
from summaries.ranking.counters import recount_paper, recount_requests


def connect() -> None:
    """Register the listeners to the events of merging."""
    merge_described.connect(_describe, dispatch_uid="summaries of merged papers")
    papers_merged.connect(_after_merge, dispatch_uid="summaries of merged papers")
    merge_undone.connect(_after_undo, dispatch_uid="summaries of merged papers")


def _after_merge(kept: Paper, merged_number: int, **kwargs: object) -> None:
    _bring_up_to_date(kept.pk)
    _render_again(cited=kept, linked=merged_number)


def _after_undo(kept: Paper, restored: Paper, **kwargs: object) -> None:
    _bring_up_to_date(kept.pk, restored.pk)
    _render_again(cited=restored, linked=kept.pk)


def _bring_up_to_date(*paper_ids: int) -> None:
    """Recount papers; `papers.curation.merge` holds their locks."""
    for paper_id in paper_ids:
        recount_paper(paper_id)
        recount_requests(paper_id)


def _render_again(*, cited: Paper, linked: int) -> None:
    """Leave texts that link to a cited paper by its other address to `rerender_old`."""
    citing = Citation.objects.filter(paper=cited).values("summary")
    Summary.objects.filter(pk__in=citing, html__contains=f"/paper/{linked}/").update(
        renderer_version=0
    )


def _describe(kept: Paper, merged: Paper, **kwargs: object) -> Consequences:
    """Return what a merge changes here, as far as moderators may know.

    Only published things are counted, and people are named only where both of their summaries are
    signed: neither a draft nor the author of an anonymous summary can be guessed from it.
    """
    signed = Summary.objects.published().filter(is_anonymous=False)
    counts = [
        (Summary.objects.published().filter(paper=merged).count(), "summary", "summaries"),
        (SummaryRequest.objects.filter(paper=merged).count(), "wish", "wishes"),
        (_citing(merged), "citation", "citations"),
    ]
    both = signed.filter(
        paper=merged, author__in=signed.filter(paper=kept).values("author")
    ).select_related("author")
    return Consequences(
        moves=[
            f"{count} {singular if count == 1 else plural}"
            for count, singular, plural in counts
            if count
        ],
        sentences=[
            f"{summary.byline_name} has a summary of both: both are kept."
            for summary in both.order_by("pk")
        ],
    )


def _citing(paper: Paper) -> int:
    published = Summary.objects.published()
    return Citation.objects.filter(paper=paper, summary__in=published).count()

"""Update the search index of summaries inside the transaction of each change."""

from accounts.models import User
from accounts.usernames import person_renamed
from papers.events import merge_undone, paper_changed, papers_merged
from papers.models import Paper
from search.index import index_summaries, index_summaries_of
from summaries.events import (
    summary_changed,
    summary_published,
    summary_purged,
    summary_rerendered,
)
from summaries.models import Summary


def connect() -> None:
    """Register the listeners."""
    for event in (summary_published, summary_changed, summary_rerendered, summary_purged):
        event.connect(_index_summary, dispatch_uid="search: index the summary")
    person_renamed.connect(_index_signed, dispatch_uid="search: index signed summaries")
    paper_changed.connect(_index_summaries_of, dispatch_uid="search: index the paper's summaries")
    papers_merged.connect(_index_after_merge, dispatch_uid="search: index merged summaries")
    merge_undone.connect(_index_after_undo, dispatch_uid="search: index divided summaries")


def _index_summary(summary: Summary, **kwargs) -> None:
    index_summaries([summary.pk])


def _index_signed(person: User, **kwargs) -> None:
    index_summaries(Summary.objects.signed_by(person))


def _index_summaries_of(paper: Paper, **kwargs) -> None:
    index_summaries_of([paper])


def _index_after_merge(kept: Paper, **kwargs) -> None:
    index_summaries_of([kept])


def _index_after_undo(kept: Paper, restored: Paper, **kwargs) -> None:
    index_summaries_of([kept, restored])

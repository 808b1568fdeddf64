"""Keep the counts and rows of summaries up to date, in the transaction of each event."""

from accounts.export.registry import person_leaves
from accounts.locks import account_changes
from accounts.models import User
from accounts.suspensions import person_suspended, suspension_lifted
from accounts.verification import account_changed, person_verified
from summaries.actions import delete_account, merge_papers, request_summary, vote
from summaries.events import summary_changed, summary_published
from summaries.models import Summary
from summaries.ranking import counters


def connect() -> None:
    """Register the listeners of this app."""
    account_changes.connect(
        delete_account.lock_counted, dispatch_uid="lock what is counted of a person"
    )
    for event in (person_verified, person_suspended, suspension_lifted, account_changed):
        event.connect(_recount_votes, dispatch_uid="recount votes")
    person_leaves.connect(
        delete_account.on_account_deleted, dispatch_uid="settle summaries of who leaves"
    )
    for event in (summary_published, summary_changed):
        event.connect(_recount_paper, dispatch_uid="summaries: recount the paper")
    merge_papers.connect()
    request_summary.connect()


def _recount_votes(person: User, **kwargs) -> None:
    vote.recount_votes_of(person)


def _recount_paper(summary: Summary, **kwargs) -> None:
    counters.recount_paper(summary.paper_id)

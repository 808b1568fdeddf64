"""What happens to people, papers and comments brings the summaries up to date, in its transaction."""

from accounts.export.registry import person_leaves
from accounts.locks import account_changes
from accounts.models import User
from accounts.suspensions import person_suspended, suspension_lifted
from accounts.usernames import person_renamed
from accounts.verification import account_changed, person_verified
from papers.events import paper_changed
from papers.models import Paper
from summaries.actions import delete_account as leaving
from summaries.actions import hide_and_remove as moderating
from summaries.actions import merge_papers as merging
from summaries.actions import request_summary as wishing
from summaries.actions import vote as voting
from summaries.events import comment_published
from summaries.feeds import websub
from summaries.models import Comment, Summary
from summaries.search import index_summaries, index_summaries_of


def connect() -> None:
    account_changes.connect(leaving.lock_counted, dispatch_uid="lock what is counted of a person")
    for happened in (person_verified, person_suspended, suspension_lifted, account_changed):
        happened.connect(_recount_votes, dispatch_uid="recount votes")
    person_suspended.connect(_hold_posts, dispatch_uid="hold posts")
    suspension_lifted.connect(_release_posts, dispatch_uid="release posts")
    person_renamed.connect(_index_signed, dispatch_uid="index signed summaries")
    person_leaves.connect(leaving.settle, dispatch_uid="settle summaries of who leaves")
    paper_changed.connect(_index_summaries, dispatch_uid="index summaries of a paper")
    comment_published.connect(_tell_hub, dispatch_uid="tell the hub of a comment")
    merging.connect()
    wishing.connect()


def _recount_votes(person: User, **kwargs) -> None:
    voting.recount_votes_of(person)


def _hold_posts(person: User, **kwargs) -> None:
    moderating.hold_posts(person)


def _release_posts(person: User, **kwargs) -> None:
    moderating.release_posts(person)


def _index_signed(person: User, **kwargs) -> None:
    index_summaries(Summary.objects.signed_by(person))


def _index_summaries(paper: Paper, **kwargs) -> None:
    index_summaries_of([paper])


def _tell_hub(comment: Comment, **kwargs) -> None:
    websub.after_comment(comment)

"""What happens to a person's texts, votes and mentions when the account is deleted.

Nobody may learn from a deletion who wrote an anonymous summary: it is left as it is, whatever
the person chose, together with the replies of its anonymous author.
"""

import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from papers.locks import lock_papers
from summaries import mentions
from summaries.actions import vote
from summaries.actions.request_summary import recount_requests_of
from summaries.events import byline_changing, summary_changed
from summaries.locks import lock_summaries, papers_of
from summaries.models import Comment, Draft, Image, Suggestion, Summary, SummaryRequest, Vote
from summaries.querysets import UNDO_DAYS
from summaries.ranking import counters


def lock_counted(person: User, **kwargs: object) -> set[int]:
    """Lock every paper and summary whose counts depend on the person; return the papers' ids.

    The person's own summaries are among them, for an account that is deleted.
    """
    voted_ids = Vote.objects.filter(voter=person).values_list("summary_id", flat=True)
    comments = Comment.objects.filter(author=person)
    commented_ids = comments.exclude(summary=None).values_list("summary_id", flat=True)
    own_ids = Summary.objects.filter(author=person).values_list("pk", flat=True)
    summary_ids = {*voted_ids, *commented_ids, *own_ids}
    paper_ids = {
        *papers_of(summary_ids),
        *SummaryRequest.objects.filter(user=person).values_list("paper_id", flat=True),
        *comments.exclude(paper=None).values_list("paper_id", flat=True),
    }
    locked_ids = lock_papers(paper_ids)
    lock_summaries(summary_ids)
    return locked_ids


def on_account_deleted(person: User, keep_summaries: bool, **kwargs: object) -> None:
    """Delete, or sign over to "Deleted user", what the person has written.

    Runs in the transaction that deletes the person's row, under the locks of `lock_counted`.
    `keep_summaries` is the person's choice about signed texts.
    """
    _drop_unseen(person)
    signed = Summary.objects.filter(author=person, is_anonymous=False, deleted_at=None)
    if not keep_summaries:
        for summary in signed:
            _withdraw(summary)
        _delete_comments(person)
    else:
        _leave_unnamed(list(signed))
    Suggestion.objects.filter(proposer=person, state=Suggestion.State.OPEN).update(
        state=Suggestion.State.WITHDRAWN, decided_at=timezone.now()
    )
    mentions.unlink(person)
    _drop_votes(person)
    _drop_requests(person)
    Image.objects.filter(uploader=person).update(uploader=None)


def _drop_unseen(person: User) -> None:
    """Delete drafts, private and shared summaries, and those that are deleted already.

    Nobody is left who could read or revoke them. An anonymous text that others have seen is kept,
    also one that waits for a moderator.
    """
    mine = Summary.objects.filter(author=person)
    own_eyes = Q(state__in=[Summary.State.DRAFT, Summary.State.PRIVATE])
    by_link = Q(state=Summary.State.UNLISTED, is_anonymous=False)
    for summary in mine.filter(own_eyes | by_link | Q(deleted_at__isnull=False)):
        _withdraw(summary)
    Draft.objects.filter(summary__author=person).delete()


def _leave_unnamed(summaries: list[Summary]) -> None:
    """Keep the summaries, signed "Deleted user"; a search for the name no longer finds them."""
    for summary in summaries:
        byline_changing.send(Summary, summary=summary)
        summary.author = None
        summary.save(update_fields=["author"])
        summary_changed.send(Summary, summary=summary)


def _withdraw(summary: Summary) -> None:
    """Hide a summary at once; the next purge deletes the row when no post is left to remove."""
    summary.deleted_at = timezone.now() - datetime.timedelta(days=UNDO_DAYS + 1)
    summary.is_removed = True
    summary.secret = None
    summary.save(update_fields=["deleted_at", "is_removed", "secret"])
    summary_changed.send(Summary, summary=summary)


def _delete_comments(person: User) -> None:
    """Delete the signed comments; replies remain, below a placeholder."""
    comments = Comment.objects.filter(author=person, is_anonymous=False, deleted_at=None)
    summary_ids = set(comments.exclude(summary=None).values_list("summary_id", flat=True))
    comments.update(deleted_at=timezone.now(), text="", html="")
    for summary in lock_summaries(summary_ids):
        counters.recount_comments(summary)
        counters.recount_paper(summary.paper_id)


def _drop_votes(person: User) -> None:
    summary_ids = list(Vote.objects.filter(voter=person).values_list("summary_id", flat=True))
    Vote.objects.filter(voter=person).delete()
    vote.recount_votes_on(summary_ids)


def _drop_requests(person: User) -> None:
    paper_ids = list(person.summary_requests.values_list("paper_id", flat=True))
    person.summary_requests.all().delete()
    recount_requests_of(paper_ids)

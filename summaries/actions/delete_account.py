"""What becomes of a person's texts, votes and names in texts on the day the account goes.

Whoever looks on from outside must not learn who wrote an anonymous summary: it stays as it is,
whatever the person chose, with the answers that its unnamed author gave.
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
    """Lock all papers that something of the person is counted for, and the summaries there; return
    the numbers of the papers.

    Those of the person's own texts are among them, for an account that is deleted.
    """
    voted = Vote.objects.filter(voter=person).values_list("summary_id", flat=True)
    said = Comment.objects.filter(author=person)
    commented = said.exclude(summary=None).values_list("summary_id", flat=True)
    written = Summary.objects.filter(author=person).values_list("pk", flat=True)
    numbers = {*voted, *commented, *written}
    papers = {
        *papers_of(numbers),
        *SummaryRequest.objects.filter(user=person).values_list("paper_id", flat=True),
        *said.exclude(paper=None).values_list("paper_id", flat=True),
    }
    held = lock_papers(papers)
    lock_summaries(numbers)
    return held


def on_account_deleted(person: User, keep_summaries: bool, **kwargs: object) -> None:
    """Inside the transaction that ends with the deletion of the person's row, under the locks of
    `lock_counted`."""
    _drop_unseen(person)
    signed = Summary.objects.filter(author=person, is_anonymous=False, deleted_at=None)
    if not keep_summaries:
        for summary in signed:
            _take_away(summary)
        _take_comments_away(person)
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
    """Drafts and notes, what was deleted, and what was shared by a link: nobody is left who could
    read or revoke them. An unnamed text that anybody has seen stays, a moderator's queue too."""
    mine = Summary.objects.filter(author=person)
    own_eyes = Q(state__in=[Summary.State.DRAFT, Summary.State.PRIVATE])
    by_link = Q(state=Summary.State.UNLISTED, is_anonymous=False)
    for summary in mine.filter(own_eyes | by_link | Q(deleted_at__isnull=False)):
        _take_away(summary)
    Draft.objects.filter(summary__author=person).delete()


def _leave_unnamed(summaries: list[Summary]) -> None:
    """They stay, by "Deleted user"; what is found by the name is found no more."""
    for summary in summaries:
        byline_changing.send(Summary, summary=summary)
        summary.author = None
        summary.save(update_fields=["author"])
        summary_changed.send(Summary, summary=summary)


def _take_away(summary: Summary) -> None:
    """Gone from everywhere now; the next purge deletes the row, once no post is left to remove."""
    summary.deleted_at = timezone.now() - datetime.timedelta(days=UNDO_DAYS + 1)
    summary.is_removed = True
    summary.secret = None
    summary.save(update_fields=["deleted_at", "is_removed", "secret"])
    summary_changed.send(Summary, summary=summary)


def _take_comments_away(person: User) -> None:
    """The signed ones; answers to them stay, below a place-holder."""
    said = Comment.objects.filter(author=person, is_anonymous=False, deleted_at=None)
    summary_ids = set(said.exclude(summary=None).values_list("summary_id", flat=True))
    said.update(deleted_at=timezone.now(), text="", html="")
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

"""Requests: readers ask for a summary of a paper; recounted under the paper's lock."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models.signals import post_delete
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from papers.locks import lock_paper, lock_papers
from papers.models import Paper
from summaries.models import SummaryRequest
from summaries.ranking.counters import recount_requests


class RequestNotAllowedError(Exception):
    """The request is not needed; the message explains why."""


@transactional
def request_summary(*, paper_id: int, user: User) -> int:
    """Request a summary of a paper; return how many readers request one now.

    Requesting twice counts once. Raises Paper.DoesNotExist, and RequestNotAllowedError for a paper
    that has a summary.
    """
    paper = lock_paper(paper_id)
    if paper.summary_count:
        raise RequestNotAllowedError(_("This paper already has a summary."))
    SummaryRequest.objects.get_or_create(paper=paper, user=user)
    return recount_requests(paper_id)


@transactional
def withdraw_request(*, paper_id: int, user: User) -> int:
    """Withdraw the request; return how many readers request a summary now.

    Raises Paper.DoesNotExist.
    """
    lock_paper(paper_id)
    SummaryRequest.objects.filter(paper_id=paper_id, user=user).delete()
    return recount_requests(paper_id)


def recount_requests_of(paper_ids: Iterable[int]) -> int:
    """Recount the requests for papers, as after an account was deleted.

    Returns the number of different papers.
    """
    pks = sorted(set(paper_ids))
    for pk in pks:
        _recount_locked(pk)
    return len(pks)


@transactional
def _recount_locked(paper_id: int) -> None:
    if lock_papers([paper_id]):
        recount_requests(paper_id)


def connect() -> None:
    """Register the listener that recounts when the database deletes requests with an account."""
    post_delete.connect(
        _recount_dropped, sender=SummaryRequest, dispatch_uid="recount dropped wishes"
    )


def _recount_dropped(instance: SummaryRequest, **kwargs: object) -> None:
    _recount_locked(instance.paper_id)


def requests_of(user: User | AnonymousUser, papers: Iterable[Paper]) -> set[int]:
    """Return the ids of those papers for which the user requested a summary.

    One query, none for an anonymous user.
    """
    if not user.is_authenticated:
        return set()
    paper_ids = [paper.pk for paper in papers]
    return set(
        SummaryRequest.objects.filter(user=user, paper_id__in=paper_ids).values_list(
            "paper_id", flat=True
        )
    )

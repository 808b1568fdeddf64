"""Wishes: readers ask for a summary of a paper; recounted under the paper's lock."""

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
    """The wish is not needed; the message tells the reader why."""


@transactional
def request_summary(*, paper_id: int, user: User) -> int:
    """Ask for a summary of a paper; returns how many readers ask now. Twice counts once.

    Raises Paper.DoesNotExist, and RequestNotAllowedError for a paper that has a summary.
    """
    paper = lock_paper(paper_id)
    if paper.summary_count:
        raise RequestNotAllowedError(_("This paper already has a summary."))
    SummaryRequest.objects.get_or_create(paper=paper, user=user)
    return recount_requests(paper_id)


@transactional
def withdraw_request(*, paper_id: int, user: User) -> int:
    """Take the wish back; returns how many readers ask now. Raises Paper.DoesNotExist."""
    lock_paper(paper_id)
    SummaryRequest.objects.filter(paper_id=paper_id, user=user).delete()
    return recount_requests(paper_id)


def recount_requests_of(paper_ids: Iterable[int]) -> int:
    """Count the wishes for papers anew, as after an account was closed; returns how many papers."""
    numbers = sorted(set(paper_ids))
    for number in numbers:
        _recount_locked(number)
    return len(numbers)


@transactional
def _recount_locked(paper_id: int) -> None:
    if lock_papers([paper_id]):
        recount_requests(paper_id)


def connect() -> None:
    """Keep the counts true when the database drops wishes along with an account."""
    post_delete.connect(
        _recount_dropped, sender=SummaryRequest, dispatch_uid="recount dropped wishes"
    )


def _recount_dropped(instance: SummaryRequest, **kwargs: object) -> None:
    _recount_locked(instance.paper_id)


def requests_of(user: User | AnonymousUser, papers: Iterable[Paper]) -> set[int]:
    """The numbers of those papers that the user asked for; one query, none when signed out."""
    if not user.is_authenticated:
        return set()
    numbers = [paper.pk for paper in papers]
    return set(
        SummaryRequest.objects.filter(user=user, paper_id__in=numbers).values_list(
            "paper_id", flat=True
        )
    )

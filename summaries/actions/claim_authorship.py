"""Authorship claims: members state that they wrote a paper, verified by ORCID iD.

A matching iD alone shows nothing. The member has to make the claim, and can withdraw it.
"""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from common.db.transactions import transactional
from papers.models import Authorship, Paper
from summaries.models import AuthorClaim


class ClaimNotAllowedError(Exception):
    """The claim cannot be made; the message explains why and what helps."""


def may_claim(paper: Paper, user: User | AnonymousUser) -> bool:
    """Return whether the user's ORCID iD is that of an author of the paper.

    No query when the paper's `authorships` are prefetched.
    """
    if not user.is_authenticated or not user.orcid:
        return False
    return any(author.orcid == user.orcid for author in paper.authorships.all())


@transactional
def claim(*, paper_id: int, user: User) -> AuthorClaim:
    """Record that the user is an author of the paper; claiming twice changes nothing.

    Raises Paper.DoesNotExist, and ClaimNotAllowedError when no author in the paper's record has
    the user's ORCID iD.
    """
    paper = Paper.objects.prefetch_related("authorships").get(pk=paper_id)
    if not user.orcid:
        raise ClaimNotAllowedError(
            _(
                "Connect your ORCID iD in Sign-in and security first. We compare it with the "
                "authors' iDs."
            )
        )
    if not may_claim(paper, user):
        raise ClaimNotAllowedError(
            _(
                "This paper's record has no author with your ORCID iD. Publishers add iDs. "
                "Once theirs is updated, ours will follow."
            )
        )
    return AuthorClaim.objects.get_or_create(paper=paper, user=user)[0]


def take_back(*, paper_id: int, user: User) -> None:
    """Withdraw the user's claim on a paper; without one nothing happens."""
    AuthorClaim.objects.filter(paper_id=paper_id, user=user).delete()


def claimants_of(paper: Paper) -> set[int]:
    """Return the ids of the members who claim the paper and whose iD is still in its record.

    One query. Claims of deactivated accounts are left out.
    """
    return set(
        AuthorClaim.objects.filter(
            paper=paper,
            user__is_active=True,
            user__orcid__in=Authorship.objects.filter(paper=paper)
            .exclude(orcid="")
            .values("orcid"),
        ).values_list("user_id", flat=True)
    )

"""What readers do without writing: votes, requests, authorship claims."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from summaries.models.summaries import Summary


class Vote(models.Model):
    """+1 or -1 by one voter on one summary."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="votes"
    )
    value = models.SmallIntegerField()
    is_discounted = models.BooleanField(
        default=False, help_text="Moderators excluded it as part of a vote ring."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "voter"], name="vote_one_per_voter"),
            models.CheckConstraint(condition=Q(value__in=[1, -1]), name="vote_is_up_or_down"),
        ]

    def __str__(self) -> str:
        return f"{self.value:+d} on summary {self.summary_id}"


class SummaryRequest(models.Model):
    """A reader requests a summary of a paper."""

    paper = models.ForeignKey(
        "papers.Paper", on_delete=models.CASCADE, related_name="summary_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="summary_requests"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "summaries_wish"
        constraints = [
            models.UniqueConstraint(fields=["paper", "user"], name="wish_one_per_person"),
        ]

    def __str__(self) -> str:
        return f"Request for paper {self.paper_id}"


class AuthorClaim(models.Model):
    """A member whose verified ORCID iD is in the paper's record claims to be an author."""

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="claims"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "user"], name="authorclaim_once_per_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} is an author of paper {self.paper_id}"

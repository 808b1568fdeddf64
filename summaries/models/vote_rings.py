"""Groups of votes that look coordinated, for moderators to review."""

from django.conf import settings
from django.db import models

from summaries.models.reactions import Vote


class VoteRing(models.Model):
    """A few accounts that cast many votes on each other in a short time.

    Found by `summaries.ranking.vote_rings`. `members` are voters and the authors of signed summaries;
    anonymous summaries are left out, so that no author can be guessed from a ring.
    """

    class State(models.TextChoices):
        OPEN = "open", "Not reviewed"
        DISCOUNTED = "discounted", "Votes do not count"
        CLEARED = "cleared", "Votes count"

    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    votes = models.ManyToManyField(Vote, related_name="rings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    signs = models.CharField(max_length=200, help_text="A description of the votes.")
    found_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-found_at", "-id"]

    def __str__(self) -> str:
        return f"Vote ring {self.pk}"

"""Votes that look arranged, for a moderator to look at."""

from django.conf import settings
from django.db import models

from summaries.models.reactions import Vote


class VoteRing(models.Model):
    """Few accounts with many votes among each other in little time, as `summaries.ranking.vote_rings` found.

    `members` are voters, and authors of signed summaries; who wrote an anonymous one is never
    looked at, so that nobody can be guessed from here.
    """

    class State(models.TextChoices):
        OPEN = "open", "Not looked at"
        DISCOUNTED = "discounted", "Votes do not count"
        CLEARED = "cleared", "Votes count"

    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    votes = models.ManyToManyField(Vote, related_name="rings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    signs = models.CharField(max_length=200, help_text="What was seen, in words.")
    found_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-found_at", "-id"]

    def __str__(self) -> str:
        return f"Vote ring {self.pk}"

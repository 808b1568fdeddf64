"""Proposals by members and imports, and the decisions of moderators."""

from django.conf import settings
from django.db import models

from papers.models.papers import Paper


class Decision(models.TextChoices):
    """The state of a proposal."""

    WAITING = "waiting", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class Proposal(models.Model):
    """A proposal by a member or an import, decided by a moderator."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=Decision.choices, default=Decision.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-created_at", "-id"]


class Correction(Proposal):
    """Proposed values of fields: `changes` is {field: [current value, proposed value]}."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="corrections")
    changes = models.JSONField()
    accepted_fields = models.JSONField(
        default=list, blank=True, help_text="The changes that were accepted."
    )
    answer = models.CharField(
        max_length=500, blank=True, help_text="A message to the person who proposed it."
    )
    entry = models.CharField(
        max_length=210,
        blank=True,
        default="",
        help_text="The member's entry if it differs from the paper; empty for a correction.",
    )

    class Meta(Proposal.Meta):
        indexes = [models.Index(fields=["state", "-created_at"], name="correction_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "proposed_by", "entry"],
                condition=models.Q(state=Decision.WAITING) & ~models.Q(entry=""),
                name="correction_entry_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Correction {self.pk} of paper {self.paper_id}"


class MergeProposal(Proposal):
    """Two papers that may be one work; `first` has the smaller primary key."""

    first = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")

    class Meta(Proposal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="mergeproposal_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="mergeproposal_in_order"
            ),
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="mergeproposal_queue")]

    def __str__(self) -> str:
        return f"Papers {self.first_id} and {self.second_id}"


class Merge(models.Model):
    """The merge of paper `merged_number` into `kept`; the old address redirects until it is undone.

    `snapshot` contains the deleted row and the keys of the moved rows, so that all can be restored.
    """

    kept = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="merges")
    merged_number = models.PositiveBigIntegerField(db_index=True)
    merged_title = models.CharField(max_length=1000)
    snapshot = models.JSONField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Paper {self.merged_number} into {self.kept_id}"

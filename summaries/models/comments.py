"""Comments and mentions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.text.sanitize import SanitisedHtmlField
from summaries.models.summaries import Summary
from summaries.querysets import CommentQuerySet


class Comment(models.Model):
    """A comment on a summary, or a question on a paper; one level of replies."""

    class State(models.TextChoices):
        PUBLISHED = "published", _("Everyone")
        WAITING = "waiting", _("Waiting for a moderator")
        HIDDEN = "hidden", _("Hidden by moderators")

    summary = models.ForeignKey(
        Summary, null=True, blank=True, on_delete=models.CASCADE, related_name="comments"
    )
    paper = models.ForeignKey(
        "papers.Paper",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="questions",
        help_text="The paper of a question; None for a comment on a summary.",
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="comments"
    )
    is_anonymous = models.BooleanField(
        default=False, help_text="Set when an anonymous author replies under their own summary."
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PUBLISHED)
    text = models.TextField(max_length=10_000)
    html = SanitisedHtmlField(blank=True, editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(summary__isnull=False, paper__isnull=True)
                | Q(summary__isnull=True, paper__isnull=False),
                name="comment_on_a_summary_or_a_paper",
            ),
        ]

    def __str__(self) -> str:
        if self.paper_id:
            return f"Comment {self.pk} on paper {self.paper_id}"
        return f"Comment {self.pk} on summary {self.summary_id}"

    def get_absolute_url(self) -> str:
        if self.paper_id:
            return f"{reverse('paper-number', args=[self.paper_id])}#c-{self.pk}"
        return f"{reverse('summary', args=[self.summary_id])}#c-{self.pk}"

    @property
    def byline(self):
        return None if self.is_anonymous else self.author

    @property
    def byline_name(self) -> str:
        if self.is_anonymous:
            return gettext("Author of the summary")
        return self.author.display_name if self.author else gettext("Deleted user")


class Mention(models.Model):
    """`comment` mentions `person` with an @.

    Stored, so that an edit doesn't notify anyone twice.
    """

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="mention_once_per_comment"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in comment {self.comment_id}"

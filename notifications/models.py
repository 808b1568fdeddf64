"""Notifications, and the secret addresses of their feeds."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.querysets import NotificationQuerySet


def new_secret() -> str:
    """Return 128 random bits as 22 characters that are safe in an address."""
    return secrets.token_urlsafe(16)


class Notification(models.Model):
    """One event for one person, once: `event` identifies it, like "comment:12".

    Who acted is not stored: it is read from the byline of the summary or comment, which may become
    anonymous later.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comments on your summaries")
        REPLY = "reply", _("Replies to your comments")
        MENTION = "mention", _("Mentions")
        SUGGESTION = "suggestion", _("Suggested edits")
        WISH = "wish", _("First summary of a paper you requested")
        FOLLOWED = "followed", _("New summaries and questions on what you follow")
        CORRECTION = "correction", _("Decisions on your corrections")
        MODERATION = "moderation", _("Moderator actions on your content")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    event = models.CharField(max_length=80)
    summary = models.ForeignKey(
        "summaries.Summary", null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    comment = models.ForeignKey(
        "summaries.Comment", null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    suggestion = models.ForeignKey(
        "summaries.Suggestion", null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    correction = models.ForeignKey(
        "papers.Correction", null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    paper = models.ForeignKey(
        "papers.Paper", null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    words = models.CharField(
        max_length=500, blank=True, help_text="What is to be said beyond the kind: a reason."
    )
    rests_on_name = models.BooleanField(
        default=False,
        help_text="Told for nothing but the name under the summary: once that is gone, so is this.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "following_notification"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "event"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_recent"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.user_id}"


class SecretFeed(models.Model):
    """An address at which a feed reader sees one person's list, without signing in."""

    class Kind(models.TextChoices):
        NOTIFICATIONS = "notifications", _("Notifications")
        FOLLOWING = "following", _("What you follow")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="secret_feeds"
    )
    kind = models.CharField(max_length=13, choices=Kind.choices)
    secret = models.CharField(max_length=22, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "following_secretfeed"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="secretfeed_one_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"Feed of {self.kind} of {self.user_id}"

"""The channels on which new summaries are posted, and the posts."""

from django.db import models

from common.db.encrypted_field import EncryptedJSONField
from common.db.job_lease import Leased
from summaries.models.summaries import Summary


class Channel(models.Model):
    """An account or a room of another service where new summaries are posted.

    `kind` names a module of `social.channels`, which lists the `credentials` that it needs.
    """

    name = models.CharField(max_length=80, unique=True, help_text="Shown to moderators only.")
    kind = models.CharField(max_length=20)
    address = models.URLField(
        max_length=500,
        blank=True,
        help_text="The URL of the service, like https://mastodon.example. Leave empty for the usual one.",
    )
    credentials = EncryptedJSONField(blank=True, default=dict, editable=False)
    template = models.TextField(
        default="{title}\n\n{sentence}\n\nSummary by {author}: {link}",
        help_text="Fields: {title} {sentence} {author} {venue} {year} {link}. The sentence is shortened "
        "to the limit of the service, the link never is.",
    )
    delay_minutes = models.PositiveSmallIntegerField(
        default=15, help_text="Time for the author to correct a summary before it is posted."
    )
    is_active = models.BooleanField(default=True, help_text="Post new summaries here.")
    is_paused = models.BooleanField(
        default=False, help_text="Nothing is sent, and waiting posts are kept."
    )
    problem = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        db_table = "summaries_channel"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Announcement(Leased):
    """One summary on one channel: a row of the outbox, with its state and what is to be done.

    Written in the transaction that publishes. Only this table says what has to be sent, so nothing
    is lost when the task queue is.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        POSTED = "posted", "Posted"
        UNCERTAIN = "uncertain", "Uncertain: it may have been posted"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Not posted"
        REMOVED = "removed", "Removed"

    class Action(models.TextChoices):
        POST = "post", "Post"
        EDIT = "edit", "Edit"
        DELETE = "delete", "Delete"

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="announcements")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="announcements")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    deed = models.CharField(
        max_length=6,
        choices=Action.choices,
        default=Action.POST,
        blank=True,
        help_text="What is to be done.",
    )
    idempotency_key = models.CharField(max_length=64, editable=False)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    remote_url = models.URLField(max_length=500, blank=True)
    posted_text = models.TextField(blank=True)
    answer = models.CharField(
        max_length=300, blank=True, help_text="The last response of the service."
    )

    class Meta:
        db_table = "summaries_announcement"
        ordering = ["-next_try_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "channel"], name="announcement_once_per_channel"
            ),
        ]
        indexes = [models.Index(fields=["deed", "next_try_at"], name="announcement_due")]

    def __str__(self) -> str:
        return f"Summary {self.summary_id} on {self.channel}"

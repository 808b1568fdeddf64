"""What people want to hear of, and what they were told."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from following.querysets import NotificationQuerySet


def new_secret() -> str:
    """128 random bits in 22 characters that addresses take as they are."""
    return secrets.token_urlsafe(16)


class Follow(models.Model):
    """Somebody follows one thing; `kind` says which of the columns holds it."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        PAPER = "paper", _("Paper")
        VENUE = "venue", _("Venue")
        FIELD = "field", _("Field")
        AUTHOR = "author", _("Author")
        SEARCH = "search", _("Search")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="followers",
    )
    paper = models.ForeignKey(
        "papers.Paper", null=True, blank=True, on_delete=models.CASCADE, related_name="followers"
    )
    venue = models.ForeignKey(
        "papers.Venue", null=True, blank=True, on_delete=models.CASCADE, related_name="followers"
    )
    field = models.ForeignKey(
        "papers.Field", null=True, blank=True, on_delete=models.CASCADE, related_name="followers"
    )
    words = models.CharField(
        max_length=300, blank=True, help_text="An author's slug, or what is searched for."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["user", column],
                    condition=Q(**{f"{column}__isnull": False}),
                    name=f"follow_{column}_once",
                )
                for column in ("person", "paper", "venue", "field")
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "words"],
                condition=~Q(words=""),
                name="follow_words_once",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "words"], condition=~Q(words=""), name="follow_of_words"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.kind} {self.target_key}"

    @property
    def target_key(self) -> str:
        """The number of the row, or the words: "12", "diederik-p-kingma"."""
        numbers = (self.person_id, self.paper_id, self.venue_id, self.field_id)
        return str(next((number for number in numbers if number), self.words))


class SearchHit(models.Model):
    """A summary that answers a followed search, so that a list need not search again."""

    follow = models.ForeignKey(Follow, on_delete=models.CASCADE, related_name="hits")
    summary = models.ForeignKey("summaries.Summary", on_delete=models.CASCADE, related_name="+")
    was_signed = models.BooleanField(
        help_text="The search may have found its author's name: not shown once it is unsigned."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follow", "summary"], name="searchhit_once"),
        ]

    def __str__(self) -> str:
        return f"Summary {self.summary_id} for follow {self.follow_id}"


class Untold(models.Model):
    """A summary that can be read by all and of which not all have heard who should.

    Written in the transaction that publishes, and deleted by who has told the last one.
    """

    summary = models.OneToOneField(
        "summaries.Summary", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"News of summary {self.summary_id}"


class Notification(models.Model):
    """Somebody is told of one event, once: `event` is its name, like "comment:12".

    Who did it is never kept here: it is read from the byline of the summary or comment, which may
    turn anonymous later.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comments on your summaries")
        REPLY = "reply", _("Answers to your comments")
        MENTION = "mention", _("Mentions of you")
        SUGGESTION = "suggestion", _("Edits suggested to you, and what became of yours")
        WISH = "wish", _("A paper that you asked for has its first summary")
        FOLLOWED = "followed", _("New summaries and questions on what you follow")
        CORRECTION = "correction", _("What became of your corrections")
        MODERATION = "moderation", _("What moderators did with your texts")

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
    """An address that lets a feed reader see one person's list, without signing in."""

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
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="secretfeed_one_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"Feed of {self.kind} of {self.user_id}"

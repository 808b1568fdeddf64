"""What people want to hear of, and what they were told."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Follow(models.Model):
    """Somebody follows one thing; `kind` says which of the columns holds it."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        PAPER = "paper", "Paper"
        VENUE = "venue", "Venue"
        FIELD = "field", "Field"
        AUTHOR = "author", "Author"
        SEARCH = "search", "Search"

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

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.kind} {self.target_key}"

    @property
    def target_key(self) -> str:
        """The number of the row, or the words: "12", "diederik-p-kingma"."""
        numbers = (self.person_id, self.paper_id, self.venue_id, self.field_id)
        return str(next((number for number in numbers if number), self.words))


class Notification(models.Model):
    """Somebody is told of one event, once: `event` is its name, like "comment:12".

    Who did it is never kept here: it is read from the byline of the summary or comment, which may
    turn anonymous later.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", "Comments on your summaries"
        REPLY = "reply", "Answers to your comments"
        MENTION = "mention", "Mentions of you"
        SUGGESTION = "suggestion", "Edits suggested to you, and what became of yours"
        WISH = "wish", "A paper that you asked for has its first summary"
        FOLLOWED = "followed", "New summaries of what you follow"
        CORRECTION = "correction", "What became of your corrections"
        MODERATION = "moderation", "What moderators did with your texts"

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
    paper = models.ForeignKey(
        "papers.Paper", null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    words = models.CharField(
        max_length=500, blank=True, help_text="What is to be said beyond the kind: a reason."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "event"], name="notification_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.user_id}"

"""What people follow."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Follow(models.Model):
    """A person follows one thing; `kind` says which of the columns holds it."""

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
        """Return the primary key of the row, or the text: "12", "diederik-p-kingma"."""
        ids = (self.person_id, self.paper_id, self.venue_id, self.field_id)
        return str(next((pk for pk in ids if pk), self.words))


class SavedSearchMatch(models.Model):
    """A summary that matches a followed search, stored so that pages need not search."""

    follow = models.ForeignKey(Follow, on_delete=models.CASCADE, related_name="matches")
    summary = models.ForeignKey("summaries.Summary", on_delete=models.CASCADE, related_name="+")
    was_signed = models.BooleanField(
        help_text="The search may have found its author's name: not shown once it is unsigned."
    )

    class Meta:
        db_table = "following_searchhit"
        constraints = [
            models.UniqueConstraint(fields=["follow", "summary"], name="searchhit_once"),
        ]

    def __str__(self) -> str:
        return f"Summary {self.summary_id} for follow {self.follow_id}"


class PendingFanOut(models.Model):
    """A public summary of which not everyone who should be has been notified.

    Written in the transaction that publishes, and deleted after the last notification.
    """

    summary = models.OneToOneField(
        "summaries.Summary", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "following_untold"

    def __str__(self) -> str:
        return f"News of summary {self.summary_id}"

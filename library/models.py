"""Papers that a reader saves for later. Nobody else sees them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import pgettext_lazy


class Folder(models.Model):
    """A reader's own set of papers: "Thesis, chapter 2"."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="folders"
    )
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = [Lower("name"), "id"]
        constraints = [
            models.UniqueConstraint("user", Lower("name"), name="folder_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SavedPaper(models.Model):
    """A paper in a reader's library, in one folder or in none."""

    class State(models.TextChoices):
        TO_READ = "to-read", pgettext_lazy("of a paper", "To read")
        READING = "reading", pgettext_lazy("of a paper", "Reading")
        READ = "read", pgettext_lazy("of a paper", "Read")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_papers"
    )
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="saved_by")
    folder = models.ForeignKey(
        Folder, null=True, blank=True, on_delete=models.SET_NULL, related_name="papers"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.TO_READ)
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "paper"], name="savedpaper_once"),
        ]
        indexes = [
            models.Index(fields=["user", "-saved_at", "-id"], name="savedpaper_recent"),
        ]

    def __str__(self) -> str:
        return f"Paper {self.paper_id} in the library of {self.user_id}"

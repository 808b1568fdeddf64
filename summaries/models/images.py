"""The images in summaries."""

from django.conf import settings
from django.db import models


class Image(models.Model):
    """An image in texts: uploaded, or copied from another host so that it cannot disappear there.

    `file` is encoded again from the pixels, never the bytes that were received.
    """

    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="images"
    )
    file = models.FileField(upload_to="images/", blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    byte_count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file, in hex.")
    foreign_url = models.URLField(  # noqa: DJ001 (unique, and an uploaded one has none)
        max_length=1000, null=True, unique=True, help_text="Where it was copied from."
    )
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Until then, no other process copies it."
    )
    problem = models.CharField(max_length=200, blank=True, help_text="Why it was not copied.")
    is_taken_down = models.BooleanField(
        default=False,
        editable=False,
        help_text="By moderators: the file is deleted, and the same image is refused.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["digest"], name="image_digest")]

    def __str__(self) -> str:
        return self.foreign_url or self.file.name

"""The progress of rebuilding stored data after a change of the code."""

from django.db import models


class Upkeep(models.Model):
    """A kind of data that is generated from rows, such as the search index.

    `version` is the version of the generating code; if `is_complete`, no row has an older one.
    """

    name = models.CharField(max_length=40, primary_key=True)
    version = models.PositiveSmallIntegerField()
    done_to = models.BigIntegerField(default=0, help_text="Primary key of the last finished row.")
    is_complete = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "upkeep"

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

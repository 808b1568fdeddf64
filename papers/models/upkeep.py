"""How far stored forms are brought up to today's code."""

from django.db import models


class Upkeep(models.Model):
    """What is made from all rows of a kind, such as their words in the search.

    `version` is that of the code which makes it; where `is_complete`, no row has an older one.
    """

    name = models.CharField(max_length=40, primary_key=True)
    version = models.PositiveSmallIntegerField()
    done_to = models.BigIntegerField(default=0, help_text="Number of the last row that is done.")
    is_complete = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "upkeep"

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

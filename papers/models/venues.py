"""Venues and fields of research."""

from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from papers.models.history import moderator_of
from papers.subject_fields import field_name


class Field(models.Model):
    """A field of research: "Machine learning" under "Computer science"."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    is_followed = models.BooleanField(
        default=False, help_text="Every night the new papers of its arXiv categories are imported."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return field_name(self.name)


class Venue(models.Model):
    """A conference, journal or archive where papers appear: "NeurIPS"."""

    class Kind(models.TextChoices):
        CONFERENCE = "conference", "Conference"
        JOURNAL = "journal", "Journal"
        PREPRINT = "preprint", "Preprint archive"
        OTHER = "other", "Other"

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120, help_text="The short name that readers use.")
    full_name = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    field = models.ForeignKey(Field, null=True, blank=True, on_delete=models.SET_NULL)
    website = models.URLField(blank=True)
    is_provisional = models.BooleanField(
        default=False, help_text="Created by an import and not reviewed yet."
    )

    history = HistoricalRecords(get_user=moderator_of)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("venue", args=[self.slug])


class VenueAlias(models.Model):
    """A name or identifier of a venue in catalogues, normalised by `papers.venues`."""

    class Scheme(models.TextChoices):
        NAME = "name", "Name"
        DBLP = "dblp", "DBLP prefix"
        ISSN = "issn", "ISSN"
        SLUG = "slug", "Old address"

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="aliases")
    scheme = models.CharField(max_length=8, choices=Scheme.choices)
    value = models.CharField(max_length=300)

    class Meta:
        verbose_name_plural = "venue aliases"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="venuealias_names_one_venue"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.value}"

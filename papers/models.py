"""The bibliographic record: one work, one row, all its names. Has never heard of summaries."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from simple_history.models import HistoricalRecords

from papers.identifiers import Name
from shortscience.lib.sanitise import SanitisedHtmlField


class Field(models.Model):
    """A field of research: "Machine learning" under "Computer science"."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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
        default=False, help_text="Made by an import; nobody has looked at it yet."
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("venue", args=[self.slug])


class VenueAlias(models.Model):
    """One way in which catalogues call a venue; normalised by `papers.venues`."""

    class Scheme(models.TextChoices):
        NAME = "name", "Name"
        DBLP = "dblp", "DBLP prefix"
        ISSN = "issn", "ISSN"

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


# Addresses below a paper's number; a paper with such a title would have no page.
TAKEN_SLUGS = {"bibtex", "ris", "write"}


class PaperQuerySet(models.QuerySet):
    def for_lists(self) -> "PaperQuerySet":
        """With all that a line in a list shows, in a fixed number of queries."""
        return self.select_related("venue").prefetch_related("identifiers")

    def named(self, *, scheme: str, value: str) -> "PaperQuerySet":
        return self.filter(identifiers__scheme=scheme, identifiers__value=value)


class Paper(models.Model):
    """One bibliographic work; preprint and published form are the same row.

    `title` and `abstract` are plain text with TeX kept; `title_html` and `abstract_html` are the
    same typeset when the row is written. `authors_text` repeats the byline for lists.
    `summary_count` is kept true by the app above.
    """

    title = models.CharField(max_length=1000)
    title_html = SanitisedHtmlField(blank=True, editable=False)
    abstract = models.TextField(blank=True)
    abstract_html = SanitisedHtmlField(blank=True, editable=False)
    abstract_source = models.CharField(max_length=20, blank=True)
    authors_text = models.TextField(blank=True, editable=False)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    venue = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.SET_NULL, related_name="papers"
    )
    field = models.ForeignKey(
        Field, null=True, blank=True, on_delete=models.SET_NULL, related_name="papers"
    )
    kind = models.CharField(
        max_length=20, default="article", help_text="BibTeX entry type in lower case."
    )
    volume = models.CharField(max_length=40, blank=True)
    number = models.CharField(max_length=40, blank=True)
    pages = models.CharField(max_length=60, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    categories = models.JSONField(default=list, blank=True, help_text="arXiv categories.")
    arxiv_version = models.PositiveSmallIntegerField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    is_preprint = models.BooleanField(
        default=False, help_text="Venue and year are those of a preprint."
    )
    corrected_fields = models.JSONField(
        default=list, blank=True, help_text="Fields that a person set; imports leave them alone."
    )
    citation_key = models.CharField(max_length=200, unique=True)
    summary_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PaperQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["title_html", "abstract_html", "summary_count"])

    class Meta:
        indexes = [
            models.Index(fields=["venue", "year", "-summary_count"], name="paper_venue_year"),
            models.Index(fields=["-summary_count", "-id"], name="paper_most_summarised"),
            models.Index(fields=["-created_at", "-id"], name="paper_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        """Words of the title for the address: "Attention Is All You Need" to "attention-is-all…"."""
        slug = slugify(self.title)[:80].strip("-") or "paper"
        return f"{slug}-paper" if slug in TAKEN_SLUGS else slug

    def identifier(self, scheme: str) -> str:
        """The paper's first name in a scheme, or "". Uses prefetched identifiers."""
        return next((name.value for name in self.identifiers.all() if name.scheme == scheme), "")

    @property
    def arxiv_id(self) -> str:
        return self.identifier("arxiv")

    @property
    def doi(self) -> str:
        return self.identifier("doi")


class Identifier(models.Model):
    """One name of a paper, normalised by `papers.identifiers`; unique over all papers."""

    class Scheme(models.TextChoices):
        ARXIV = "arxiv", "arXiv"
        DOI = "doi", "DOI"
        DBLP = "dblp", "DBLP"
        PMID = "pmid", "PubMed"
        OPENREVIEW = "openreview", "OpenReview"
        ACL = "acl", "ACL Anthology"
        BIBSONOMY = "bibsonomy", "BibSonomy interhash"
        KEY = "key", "Citation key"

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=Scheme.choices)
    value = models.CharField(max_length=300)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="identifier_names_one_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    def as_name(self) -> Name:
        return Name(self.scheme, self.value)


class Authorship(models.Model):
    """One author in the byline of one paper."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveIntegerField(help_text="From 1, in byline order.")
    name = models.CharField(max_length=200, help_text="Given Family.")
    name_slug = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "position"], name="authorship_position_is_taken_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("author", args=[self.name_slug])


class SourceRecord(models.Model):
    """What a catalogue said of a paper and when, so that cleaning can be repeated."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="source_records")
    source = models.CharField(max_length=20)
    name = models.CharField(max_length=320, help_text="The name asked for, scheme:value.")
    record = models.JSONField()
    fetched_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="sourcerecord_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"

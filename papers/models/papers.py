"""Papers, their identifiers and their authors."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.text.sanitize import SanitisedHtmlField
from papers.identifiers import PaperId
from papers.models.history import moderator_of
from papers.models.venues import Field, Venue

# Pages below the address of a paper. A title that gives such a slug would hide the paper's page.
TAKEN_SLUGS = {
    *(
        "ask",
        "bibtex",
        "card",
        "claim",
        "correct",
        "discussion",
        "draft",
        "history",
        "record",
        "report-duplicate",
        "request-summary",
        "ris",
        "same-as",
        "save",
    ),
    *("wish", "write"),
}


class PaperQuerySet(models.QuerySet):
    """Named queries for papers."""

    def for_lists(self) -> "PaperQuerySet":
        """Load what lists show, with a fixed number of queries."""
        return self.select_related("venue").prefetch_related("identifiers")

    def named(self, *, scheme: str, value: str) -> "PaperQuerySet":
        """Filter by a normalised identifier."""
        return self.filter(identifiers__scheme=scheme, identifiers__value=value)


class Paper(models.Model):
    """One bibliographic work; preprint and published form are the same row.

    `title` and `abstract` are plain text with TeX; `title_html` and `abstract_html` are typeset from
    them when the row is written. `authors_text` is the byline for lists, "Ada Lovelace; Alan
    Turing". `summaries` updates `summary_count` and `wish_count`.
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
    code_url = models.URLField("code", max_length=500, blank=True)
    data_url = models.URLField("data", max_length=500, blank=True)
    licence = models.URLField(
        max_length=200, blank=True, help_text="URL of the licence of the newest version."
    )
    arxiv_version = models.PositiveSmallIntegerField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False, help_text="Withdrawn by its authors.")
    is_retracted = models.BooleanField(default=False, help_text="Retracted by its publisher.")
    is_preprint = models.BooleanField(
        default=False, help_text="Venue and year are those of a preprint."
    )
    corrected_fields = models.JSONField(
        default=list,
        blank=True,
        help_text="Fields that a person has set; imports do not change them.",
    )
    citation_key = models.CharField(max_length=200, unique=True)
    title_key = models.CharField(
        max_length=32,
        blank=True,
        default="",
        db_index=True,
        editable=False,
        help_text="Hash of title and first author; equal in papers that may be one work.",
    )
    summary_count = models.PositiveIntegerField(default=0, editable=False)
    wish_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PaperQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            *("title_html", "abstract_html", "title_key", "summary_count", "wish_count"),
        ],
        get_user=moderator_of,
    )

    class Meta:
        indexes = [
            models.Index(fields=["venue", "year", "-summary_count"], name="paper_venue_year"),
            models.Index(fields=["-summary_count", "-id"], name="paper_most_summarised"),
            models.Index(fields=["-created_at", "-id"], name="paper_newest"),
            models.Index(fields=["-wish_count", "-id"], name="paper_most_wanted"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("paper", args=[self.pk, self.slug])

    @property
    def slug(self) -> str:
        """The slug of the title: "Attention Is All You Need" gives "attention-is-all-you-need"."""
        slug = slugify(self.title)[:80].strip("-") or "paper"
        return f"{slug}-paper" if slug in TAKEN_SLUGS else slug

    def identifier(self, scheme: str) -> str:
        """Return the first identifier in a scheme, or ""; uses prefetched identifiers."""
        return next((name.value for name in self.identifiers.all() if name.scheme == scheme), "")

    @property
    def arxiv_id(self) -> str:
        return self.identifier("arxiv")

    @property
    def doi(self) -> str:
        return self.identifier("doi")


class Identifier(models.Model):
    """One identifier of a paper, normalised by `papers.identifiers`; unique among all papers."""

    class Scheme(models.TextChoices):
        ARXIV = "arxiv", "arXiv"
        DOI = "doi", "DOI"
        DBLP = "dblp", "DBLP"
        PMID = "pmid", "PubMed"
        OPENREVIEW = "openreview", "OpenReview"
        ACL = "acl", "ACL Anthology"
        PMC = "pmc", "PubMed Central"
        OPENALEX = "openalex", "OpenAlex"
        BIBSONOMY = "bibsonomy", "BibSonomy interhash"
        KEY = "key", _("Citation key")

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

    def as_paper_id(self) -> PaperId:
        """Return the scheme and the value, without the row."""
        return PaperId(self.scheme, self.value)


class Authorship(models.Model):
    """One author in the byline of one paper."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveIntegerField(help_text="From 1, in byline order.")
    name = models.CharField(max_length=200, help_text="Given Family.")
    name_slug = models.CharField(max_length=200, db_index=True, editable=False)
    orcid = models.CharField(
        "ORCID iD", max_length=19, blank=True, help_text="From the catalogues."
    )

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

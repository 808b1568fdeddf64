"""The bibliographic record: one work, one row, all its names. Has never heard of summaries."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from papers.fields import field_name
from papers.identifiers import Name
from shortscience.lib.sanitise import SanitisedHtmlField


def moderator_of(request=None, **kwargs):
    """Whose change a record's history names: that of who makes it in the admin.

    Whoever adds a paper to write about it without a name would else stand in its history.
    """
    is_in_admin = request is not None and request.path.startswith(reverse("admin:index"))
    return request.user if is_in_admin else None


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
        """In the reader's language."""
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
        default=False, help_text="Made by an import; nobody has looked at it yet."
    )

    history = HistoricalRecords(get_user=moderator_of)

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


# Addresses below a paper's number; a paper with such a title would have no page.
TAKEN_SLUGS = {
    *(
        "ask",
        "bibtex",
        "card",
        "claim",
        "correct",
        "discussion",
        "record",
        "ris",
        "same-as",
        "save",
    ),
    *("wish", "write"),
}


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
    `summary_count` and `wish_count` are kept true by the app above.
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
        max_length=200, blank=True, help_text="Address of the licence of the newest version."
    )
    arxiv_version = models.PositiveSmallIntegerField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False, help_text="Taken back by its authors.")
    is_retracted = models.BooleanField(default=False, help_text="Taken back by its publisher.")
    is_preprint = models.BooleanField(
        default=False, help_text="Venue and year are those of a preprint."
    )
    corrected_fields = models.JSONField(
        default=list, blank=True, help_text="Fields that a person set; imports leave them alone."
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

    def as_name(self) -> Name:
        return Name(self.scheme, self.value)


class Authorship(models.Model):
    """One author in the byline of one paper."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveIntegerField(help_text="From 1, in byline order.")
    name = models.CharField(max_length=200, help_text="Given Family.")
    name_slug = models.CharField(max_length=200, db_index=True, editable=False)
    orcid = models.CharField(
        "ORCID iD", max_length=19, blank=True, help_text="As the catalogues tell it."
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


class ArxivVersion(models.Model):
    """One version of a paper on arXiv; summaries remember which one they were written on."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text="From 1.")
    submitted_on = models.DateField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False, help_text="A version without full text.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="arxivversion_number_once"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class Decision(models.TextChoices):
    """What moderators made of something that a member proposed."""

    WAITING = "waiting", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class Proposal(models.Model):
    """What a member, or an import, proposes and a moderator decides."""

    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=Decision.choices, default=Decision.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-created_at", "-id"]


class Correction(Proposal):
    """Other values for fields of a paper: `changes` is {field: [value now, value proposed]}."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="corrections")
    changes = models.JSONField()
    accepted_fields = models.JSONField(
        default=list, blank=True, help_text="Those of the changes that were taken over."
    )
    answer = models.CharField(
        max_length=500, blank=True, help_text="A word to who proposed it; that person can read it."
    )

    class Meta(Proposal.Meta):
        indexes = [models.Index(fields=["state", "-created_at"], name="correction_queue")]

    def __str__(self) -> str:
        return f"Correction {self.pk} of paper {self.paper_id}"


class MergeProposal(Proposal):
    """Two rows that may be one work; `first` has the smaller number."""

    first = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="+")

    class Meta(Proposal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="mergeproposal_pair_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="mergeproposal_in_order"
            ),
        ]
        indexes = [models.Index(fields=["state", "-created_at"], name="mergeproposal_queue")]

    def __str__(self) -> str:
        return f"Papers {self.first_id} and {self.second_id}"


class Merge(models.Model):
    """Paper `merged_number` became part of `kept`; the old number redirects, until it is undone.

    `snapshot` holds the row that went and which rows moved, so that all can be put back.
    """

    kept = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="merges")
    merged_number = models.PositiveBigIntegerField(db_index=True)
    merged_title = models.CharField(max_length=1000)
    snapshot = models.JSONField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"Paper {self.merged_number} into {self.kept_id}"


class ImportRun(models.Model):
    """How far a long import came, written in the transaction of its records, so that a killed one
    goes on where it stopped.

    `subject` names what is read: a file, a set and a date, a question. `position` is a byte offset
    or a number of records, `token` the resumption token of a harvest; `state` keeps the rest of
    what the command needs to go on. papers.bulk explains `held_by` and `held_until`.
    """

    command = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    position = models.BigIntegerField(default=0)
    token = models.TextField(blank=True)
    counts = models.JSONField(default=dict, help_text="{outcome: number}")
    state = models.JSONField(default=dict, blank=True)
    held_by = models.CharField(max_length=200, blank=True, help_text="The process that works.")
    held_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["command", "subject"],
                condition=models.Q(finished_at__isnull=True),
                name="importrun_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.command} {self.subject}"

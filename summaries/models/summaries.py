"""Summaries with their revisions, drafts and suggested edits."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.text.sanitize import SanitisedHtmlField
from summaries.querysets import SuggestionQuerySet, SummaryQuerySet

LICENCE_ADDRESSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


class Summary(models.Model):
    """One person's summary of one paper.

    `text` is Markdown with TeX, `html` the rendered text. Readers see `byline`, never `author`: the
    author of an anonymous summary is only stored in the database.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PRIVATE = "private", _("Only me")
        UNLISTED = "unlisted", _("Anyone with the secret link")
        WAITING = "waiting", _("Waiting for a moderator")
        PUBLISHED = "published", _("Everyone")
        HIDDEN = "hidden", _("Hidden by moderators")

    # Only the author reads a summary in these states, so that drafts are saved in its own row.
    OWN_EYES = frozenset({State.DRAFT, State.PRIVATE})
    # Readers may see a summary in these states.
    SEEN = frozenset({State.PUBLISHED, State.UNLISTED})

    class Licence(models.TextChoices):
        CC_BY = "CC-BY-4.0", "CC BY 4.0"
        CC_BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
        CC0 = "CC0-1.0", "CC0 1.0"

    paper = models.ForeignKey("papers.Paper", on_delete=models.PROTECT, related_name="summaries")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="summaries"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    is_anonymous = models.BooleanField(default=False)
    licence = models.CharField(max_length=12, choices=Licence.choices, default=Licence.CC_BY)
    secret = models.CharField(  # noqa: DJ001 (unique, and most rows have none)
        max_length=22,
        null=True,
        unique=True,
        editable=False,
        help_text="128 bits in the link of an unlisted summary; None without a link.",
    )
    text = models.TextField(max_length=100_000)
    html = SanitisedHtmlField(blank=True, editable=False)
    excerpt_html = SanitisedHtmlField(blank=True, editable=False)
    plain_text = models.TextField(blank=True, editable=False)
    headings = models.JSONField(default=list, editable=False, help_text="[anchor, text, level]")
    has_math = models.BooleanField(default=False, editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    word_count = models.PositiveIntegerField(default=0, editable=False)
    reading_minutes = models.PositiveSmallIntegerField(default=1, editable=False)
    revision_number = models.PositiveIntegerField(default=0, editable=False)
    save_count = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Forms send it back, so that an outdated edit is detected.",
    )
    paper_version = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The arXiv version it was written on."
    )
    came_by_merge = models.BooleanField(
        default=False,
        editable=False,
        help_text="Its paper was merged into one that the author had summarised already.",
    )
    up_count = models.PositiveIntegerField(default=0, editable=False)
    down_count = models.PositiveIntegerField(default=0, editable=False)
    score = models.IntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    is_removed = models.BooleanField(
        default=False, editable=False, help_text="By moderators: its author cannot restore it."
    )

    is_held = models.BooleanField(
        default=False,
        editable=False,
        help_text="A moderator has to approve it before readers see it, also after changes.",
    )

    objects = SummaryQuerySet.as_manager()
    # `papers.curation.merge` sets this when the author already has a summary of the other paper.
    marks_when_papers_merge = {"came_by_merge": True}

    class Meta:
        verbose_name_plural = "summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "author"],
                # Two merged papers may both have a summary by one person: both are kept.
                condition=Q(deleted_at__isnull=True, came_by_merge=False),
                name="summary_one_per_person_and_paper",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="summary_published_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at", "-id"], name="summary_recent"),
            models.Index(fields=["paper", "state"], name="summary_of_paper"),
            models.Index(fields=["renderer_version"], name="summary_renderer"),
        ]

    def __str__(self) -> str:
        return f"Summary {self.pk} of {self.paper_id}"

    def get_absolute_url(self) -> str:
        return reverse("summary", args=[self.pk])

    @property
    def anchor(self) -> str:
        return f"s-{self.pk}"

    @property
    def byline(self):
        """The author that readers may see, or None for an anonymous or deleted one."""
        return None if self.is_anonymous else self.author

    @property
    def byline_name(self) -> str:
        if self.is_anonymous:
            return gettext("Anonymous")
        return self.author.display_name if self.author else gettext("Deleted user")

    @property
    def licence_address(self) -> str:
        """The URL of the licence text."""
        return LICENCE_ADDRESSES[self.licence]

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLISHED and self.deleted_at is None

    @property
    def edit_count(self) -> int:
        """The number of changes since the first publication."""
        return max(self.revision_number - 1, 0)


class Revision(models.Model):
    """The text of a summary after one published change."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(help_text="From 1.")
    text = models.TextField()
    note = models.CharField(max_length=120, blank=True)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    suggestion = models.ForeignKey(
        "Suggestion",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The accepted suggestion, if the change is one.",
    )
    licence = models.CharField(
        max_length=12,
        choices=Summary.Licence.choices,
        default=Summary.Licence.CC_BY,
        help_text="The licence when this was published; it remains valid for this revision.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="revision_number_is_unique"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number} of summary {self.summary_id}"


class Draft(models.Model):
    """An unpublished change to a published summary, saved automatically while it is typed.

    An unpublished summary needs none: its own row is the draft.
    """

    summary = models.OneToOneField(Summary, on_delete=models.CASCADE, related_name="draft")
    text = models.TextField(max_length=100_000)
    note = models.CharField(max_length=120, blank=True)
    based_on = models.PositiveIntegerField(
        help_text="The save_count of the summary when the change began."
    )
    save_count = models.PositiveIntegerField(
        default=0, help_text="Forms send it back, so that two tabs do not overwrite each other."
    )
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Unpublished change of summary {self.summary_id}"


class Suggestion(models.Model):
    """A change to a published summary that another reader suggests to its author."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="suggestions")
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="suggestions"
    )
    based_on = models.PositiveIntegerField(help_text="Number of the revision that was changed.")
    text = models.TextField(max_length=100_000)
    note = models.CharField(max_length=120, help_text="What it improves.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=300, blank=True, help_text="The author's reply.")
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "proposer"],
                condition=Q(state="open"),
                name="suggestion_one_open_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Suggestion {self.pk} for summary {self.summary_id}"

    def get_absolute_url(self) -> str:
        return reverse("suggestion", args=[self.pk])

    @property
    def proposer_name(self) -> str:
        return self.proposer.display_name if self.proposer else gettext("Deleted user")

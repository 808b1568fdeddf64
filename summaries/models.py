"""What people write about papers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from shortscience.lib.sanitise import SanitisedHtmlField
from shortscience.lib.sealed import SealedField
from summaries.querysets import CommentQuerySet, StandingQuerySet, SummaryQuerySet


class Summary(models.Model):
    """One person's summary of one paper.

    `text` is Markdown with TeX, `html` the same rendered when it was saved. Readers see `byline`,
    never `author`: an anonymous author is known to the database alone.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PRIVATE = "private", "Only me"
        UNLISTED = "unlisted", "Everyone with the secret link"
        PUBLISHED = "published", "Everyone"
        HIDDEN = "hidden", "Hidden by moderators"

    paper = models.ForeignKey("papers.Paper", on_delete=models.PROTECT, related_name="summaries")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="summaries"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    is_anonymous = models.BooleanField(default=False)
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
        default=0, editable=False, help_text="A form carries it, so that a stale edit is noticed."
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

    objects = SummaryQuerySet.as_manager()
    # What `papers.merging` sets in a summary whose place is taken, so that both stay.
    marks_when_papers_merge = {"came_by_merge": True}

    class Meta:
        verbose_name_plural = "summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "author"],
                # Two papers that are merged may both have a summary by one person: both stay.
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
            return "Anonymous"
        return self.author.display_name if self.author else "Deleted user"

    @property
    def is_public(self) -> bool:
        return self.state == self.State.PUBLISHED and self.deleted_at is None

    @property
    def edit_count(self) -> int:
        """Changes since readers could first see it."""
        return max(self.revision_number - 1, 0)


class Revision(models.Model):
    """The text of a summary as it was after one published change."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(help_text="From 1.")
    text = models.TextField()
    note = models.CharField(max_length=120, blank=True)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["summary", "number"], name="revision_number_is_unique"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number} of summary {self.summary_id}"


class Vote(models.Model):
    """+1 or -1 by one voter on one summary."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="votes")
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="votes"
    )
    value = models.SmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "voter"], name="vote_one_per_voter"),
            models.CheckConstraint(condition=Q(value__in=[1, -1]), name="vote_is_up_or_down"),
        ]

    def __str__(self) -> str:
        return f"{self.value:+d} on summary {self.summary_id}"


class Comment(models.Model):
    """A reply under a summary; one level of answers."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="comments"
    )
    is_anonymous = models.BooleanField(
        default=False, help_text="Set when the anonymous author answers under the own summary."
    )
    text = models.TextField(max_length=10_000)
    html = SanitisedHtmlField(blank=True, editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"Comment {self.pk} on summary {self.summary_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('summary', args=[self.summary_id])}#c-{self.pk}"

    @property
    def byline(self):
        return None if self.is_anonymous else self.author

    @property
    def byline_name(self) -> str:
        if self.is_anonymous:
            return "Author of the summary"
        return self.author.display_name if self.author else "Deleted user"


class Citation(models.Model):
    """One `\\cite{key}` of a published summary; `paper` is None while nobody knows the key."""

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="citations")
    key = models.CharField(max_length=300)
    paper = models.ForeignKey(
        "papers.Paper", null=True, on_delete=models.SET_NULL, related_name="citations"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["summary", "key"], name="citation_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} in summary {self.summary_id}"


class Standing(models.Model):
    """Where a paper with published summaries stands in the lists; recounted, never incremented.

    `popular`, `best` and `discussed` are numbers of `summaries.ranking` that change only when
    votes, comments or summaries do, so that an index serves every order of the home page.
    """

    paper = models.OneToOneField(
        "papers.Paper", primary_key=True, on_delete=models.CASCADE, related_name="standing"
    )
    top_summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="+")
    latest_summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="+")
    latest_at = models.DateTimeField()
    popular = models.FloatField(default=0)
    best = models.FloatField(default=0)
    discussed = models.FloatField(default=0)
    comment_count = models.PositiveIntegerField(default=0)

    objects = StandingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-latest_at", "-paper"], name="standing_recent"),
            models.Index(fields=["-popular", "-paper"], name="standing_popular"),
            models.Index(fields=["-best", "-paper"], name="standing_best"),
            models.Index(fields=["-discussed", "-paper"], name="standing_discussed"),
        ]

    def __str__(self) -> str:
        return f"Standing of paper {self.paper_id}"


class Wish(models.Model):
    """Somebody asks for a summary of a paper."""

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="wishes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishes"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "wishes"
        constraints = [
            models.UniqueConstraint(fields=["paper", "user"], name="wish_one_per_person"),
        ]

    def __str__(self) -> str:
        return f"A wish for paper {self.paper_id}"


class Channel(models.Model):
    """An account or a room of another service where new summaries are told.

    `kind` names a module of `summaries.announcing.channels`, which says what `credentials` it wants.
    """

    name = models.CharField(max_length=80, unique=True, help_text="As moderators call it.")
    kind = models.CharField(max_length=20)
    address = models.URLField(
        max_length=500,
        blank=True,
        help_text="Of the service: https://mastodon.example. Empty: the usual one.",
    )
    credentials = SealedField(blank=True, default=dict, editable=False)
    template = models.TextField(
        default="{title}\n\n{sentence}\n\nSummary by {author}: {link}",
        help_text="{title} {sentence} {author} {venue} {year} {link}. The sentence is shortened to "
        "what the service allows, the link never is.",
    )
    delay_minutes = models.PositiveSmallIntegerField(
        default=15, help_text="So long an author may correct before it is told."
    )
    is_active = models.BooleanField(default=True, help_text="New summaries are told here.")
    is_paused = models.BooleanField(default=False, help_text="What waits goes on waiting.")
    problem = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Announcement(models.Model):
    """One summary on one channel: a row of the outbox, which knows what was and what is to be done.

    Written in the transaction that publishes. Nothing but this table says what has to be sent, so
    a queue that loses everything loses nothing.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        POSTED = "posted", "Posted"
        UNCERTAIN = "uncertain", "Uncertain: it may have been posted"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Not posted"
        REMOVED = "removed", "Removed"

    class Deed(models.TextChoices):
        POST = "post", "Post"
        EDIT = "edit", "Edit"
        DELETE = "delete", "Delete"

    summary = models.ForeignKey(Summary, on_delete=models.CASCADE, related_name="announcements")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="announcements")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    deed = models.CharField(
        max_length=6, choices=Deed.choices, default=Deed.POST, blank=True, help_text="To be done."
    )
    idempotency_key = models.CharField(max_length=64, editable=False)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    remote_id = models.CharField(max_length=300, blank=True)
    remote_url = models.URLField(max_length=500, blank=True)
    posted_text = models.TextField(blank=True)
    answer = models.CharField(max_length=300, blank=True, help_text="What the service said last.")

    class Meta:
        ordering = ["-next_try_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "channel"], name="announcement_once_per_channel"
            ),
        ]
        indexes = [models.Index(fields=["deed", "next_try_at"], name="announcement_due")]

    def __str__(self) -> str:
        return f"Summary {self.summary_id} on {self.channel}"

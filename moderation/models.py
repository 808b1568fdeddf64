"""Cases, reports, and the log of moderation actions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moderation.querysets import CaseQuerySet
from moderation.reasons import OF_REPORTS, Reason


class Case(models.Model):
    """A summary, comment or question that was reported or waits for approval.

    Each text has one row permanently; a new report reopens it. `change_count` is part of every
    form, so that of two moderators the second one notices the conflict.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ASKED = "asked", "Its author was asked to edit"
        DONE = "done", "Done"

    summary = models.OneToOneField(
        "summaries.Summary", null=True, on_delete=models.CASCADE, related_name="case"
    )
    comment = models.OneToOneField(
        "summaries.Comment", null=True, on_delete=models.CASCADE, related_name="case"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    is_screening = models.BooleanField(
        default=False, help_text="A first text with links: nobody reads it before a moderator."
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="cases"
    )
    change_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(summary__isnull=False, comment__isnull=True)
                | Q(summary__isnull=True, comment__isnull=False),
                name="case_of_a_summary_or_a_comment",
            ),
        ]
        indexes = [models.Index(fields=["state", "opened_at", "id"], name="case_queue")]
        permissions = [
            ("act_on_case", "Can act on texts"),
            ("suspend_author", "Can suspend accounts"),
            ("open_author", "Can open the name of an anonymous author"),
        ]

    def __str__(self) -> str:
        return f"Case {self.pk}"

    @property
    def text(self):
        """Return the summary or comment."""
        return self.summary or self.comment

    def was_edited_since(self, text) -> bool:
        """Return whether the author has edited `text`, the case's text, after being asked to."""
        return bool(
            self.state == self.State.ASKED
            and text.edited_at
            and text.edited_at > (self.decided_at or text.edited_at)
        )


class Report(models.Model):
    """A reader's report of a text; open until a moderator has decided."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        help_text="None: somebody who was not signed in, or who has left.",
    )
    reason = models.CharField(
        max_length=6, choices=[(reason.value, reason.label) for reason in OF_REPORTS]
    )
    words = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reporter"],
                condition=Q(settled_at__isnull=True),
                name="report_one_open_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"


class ModerationAction(models.Model):
    """A moderation action and its reason: a row of the log. Rows are never changed.

    The public log shows the day, the action, its kind of subject and the reason; nothing else.
    """

    class Action(models.TextChoices):
        KEPT = "kept", _("Kept")
        SHOWN = "shown", _("Approved")
        RESTORED = "restored", _("Restored")
        HIDDEN = "hidden", _("Hidden")
        DECLINED = "declined", _("Not published")
        ASKED = "asked", _("Author asked to edit")
        REMOVED = "removed", _("Removed")
        SUSPENDED = "suspended", _("Suspended")
        LIFTED = "lifted", _("Suspension lifted")
        RENAMED = "renamed", _("Renamed")
        RIGHTS = "rights", _("Role or rights changed")
        OPENED = "opened", _("Anonymous author's name viewed")
        DISCOUNTED = "discounted", _("Votes not counted")
        COUNTED = "counted", _("Votes counted")

    class Subject(models.TextChoices):
        SUMMARY = "summary", _("A summary")
        COMMENT = "comment", _("A comment")
        QUESTION = "question", _("A question")
        ACCOUNT = "account", _("An account")
        VOTES = "votes", _("Votes")

    deed = models.CharField(max_length=10, choices=Action.choices)
    subject = models.CharField(max_length=8, choices=Subject.choices)
    reason = models.CharField(max_length=6, choices=Reason.choices, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text="Told to the author.")
    note = models.CharField(max_length=500, blank=True, help_text="For moderators alone.")
    days = models.PositiveSmallIntegerField(null=True, help_text="Of a suspension.")
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="actions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whose account it was; never the author of an anonymous text.",
    )
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "moderation_act"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="act_recent")]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}: {self.get_subject_display().lower()}"

"""What is mailed to whom, what became of it, and who wants none."""

import datetime
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.db.job_lease import Leased
from notifications.models import Notification

LETTER = "letter"
BIG_BANG = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def new_key() -> str:
    return secrets.token_hex(8)


class Pace(models.TextChoices):
    NOW = "now", _("Instant")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    NEVER = "never", _("Never")


class MailChoice(models.Model):
    """How often a person wants mail of one kind: of a kind of notification, or the letter.

    A person without a row has the default of `mailing.preferences`.
    """

    KINDS = [*Notification.Kind.choices, (LETTER, _("Weekly newsletter"))]

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices"
    )
    kind = models.CharField(max_length=10, choices=KINDS)
    pace = models.CharField(max_length=6, choices=Pace.choices)
    since = models.DateTimeField(
        default=BIG_BANG, help_text="What happened before is not mailed: it was “never” then."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mailchoice_once_per_kind"),
        ]
        indexes = [models.Index(fields=["kind", "pace"], name="mailchoice_of_kind")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}: {self.pace}"


class Letter(models.Model):
    """The best summaries of one week; `year` and `week` are those of ISO 8601."""

    class State(models.TextChoices):
        DRAFT = "draft", "Not sent yet"
        SENT = "sent", "Sent"

    year = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=150)
    intro = models.TextField(
        max_length=3000, blank=True, help_text="A few words before the summaries; TeX is typeset."
    )
    state = models.CharField(
        max_length=5, choices=State.choices, default=State.DRAFT, editable=False
    )
    send_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty: it is kept back until there is a time."
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-year", "-week"]
        constraints = [
            models.UniqueConstraint(fields=["year", "week"], name="letter_once_a_week"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("newsletter-issue", args=[self.year, f"{self.week:02d}"])

    @property
    def number(self) -> str:
        """As in addresses: "2026-08"."""
        return f"{self.year}-{self.week:02d}"

    @property
    def first_day(self) -> datetime.date:
        return datetime.date.fromisocalendar(self.year, self.week, 1)

    @property
    def last_day(self) -> datetime.date:
        return datetime.date.fromisocalendar(self.year, self.week, 7)


class Pick(models.Model):
    """One summary in a letter. Title and text are read when it is shown, never copied."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="picks")
    summary = models.ForeignKey(
        "summaries.Summary", on_delete=models.CASCADE, related_name="picked_for"
    )
    place = models.PositiveSmallIntegerField(default=100, help_text="The smallest comes first.")
    words = models.CharField(
        max_length=300, blank=True, help_text="A sentence of the moderators: why to read it."
    )

    class Meta:
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "summary"], name="pick_once_per_letter"),
        ]

    def __str__(self) -> str:
        return f"Summary {self.summary_id} in letter {self.letter_id}"


class Mail(Leased):
    """One mail to one person: a row of the outbox, which knows what was and what is to be done.

    Written before anything is sent. `key` names what it is about, like "daily:2026-11-24" or
    "letter:12", so that nobody gets two of them. The address is looked up when it is sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        UNCERTAIN = "uncertain", "Uncertain: it may have arrived"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Not sent"

    class Form(models.TextChoices):
        NOW = "now", "At once"
        DAILY = "daily", "Daily digest"
        WEEKLY = "weekly", "Weekly digest"
        LETTER = "letter", "Weekly letter"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mails"
    )
    form = models.CharField(max_length=6, choices=Form.choices)
    key = models.CharField(max_length=40)
    letter = models.ForeignKey(
        Letter, null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
    )
    since = models.DateTimeField(
        null=True, help_text="Where the time that a digest tells of began."
    )
    until = models.DateTimeField(null=True, help_text="And where it ended.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    is_open = models.BooleanField(default=True, help_text="Something is still to be done.")
    message_key = models.CharField(max_length=16, default=new_key, editable=False)
    answer = models.CharField(max_length=200, blank=True, help_text="What became of it.")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="mail_once_per_key"),
        ]
        indexes = [models.Index(fields=["is_open", "next_try_at"], name="mail_due")]

    def __str__(self) -> str:
        return f"Mail {self.pk}"

    @property
    def message_id(self) -> str:
        """The same for every try: it is found in a server's log, and a second copy can be told."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"<mail.{self.pk}.{self.message_key}@{host}>"


class Enclosure(models.Model):
    """A notification is in at most one mail."""

    mail = models.ForeignKey(Mail, on_delete=models.CASCADE, related_name="enclosures")
    notification = models.OneToOneField(
        Notification, on_delete=models.CASCADE, related_name="enclosure"
    )

    def __str__(self) -> str:
        return f"Notification {self.notification_id} in mail {self.mail_id}"


class MailStop(models.Model):
    """Nothing of ours is sent to this address until its owner starts it again."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("Mail bounced")
        COMPLAINED = "complained", _("A message was marked as spam")
        REJECTED = "rejected", _("The mail server rejected the address")
        UNSUBSCRIBED = "unsubscribed", _("The address was unsubscribed through the mail service")

    address = models.EmailField(unique=True, help_text="In lower case.")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    words = models.CharField(max_length=200, blank=True, help_text="What the mail server said.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.pk})"

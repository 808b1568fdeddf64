"""Mail preferences, newsletters, the outbox, and suppressed addresses."""

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

NEWSLETTER = "letter"
BIG_BANG = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def new_key() -> str:
    """Return a random key of 16 hexadecimal digits for a Message-ID."""
    return secrets.token_hex(8)


class Frequency(models.TextChoices):
    """How often a person wants mail."""

    NOW = "now", _("Instant")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    NEVER = "never", _("Never")


class EmailPreference(models.Model):
    """How often a person wants mail of one kind of notification, or the newsletter.

    A person without a row has the default of `mailing.preferences`.
    """

    KINDS = [*Notification.Kind.choices, (NEWSLETTER, _("Weekly newsletter"))]

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="email_preferences"
    )
    kind = models.CharField(max_length=10, choices=KINDS)
    pace = models.CharField(max_length=6, choices=Frequency.choices)
    since = models.DateTimeField(
        default=BIG_BANG, help_text="What happened before is not mailed: it was “never” then."
    )

    class Meta:
        db_table = "mailing_mailchoice"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mailchoice_once_per_kind"),
        ]
        indexes = [models.Index(fields=["kind", "pace"], name="mailchoice_of_kind")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}: {self.pace}"


class Newsletter(models.Model):
    """The newsletter of one week; `year` and `week` are those of ISO 8601."""

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
        db_table = "mailing_letter"
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
        """Return the number as in addresses: "2026-08"."""
        return f"{self.year}-{self.week:02d}"

    @property
    def first_day(self) -> datetime.date:
        return datetime.date.fromisocalendar(self.year, self.week, 1)

    @property
    def last_day(self) -> datetime.date:
        return datetime.date.fromisocalendar(self.year, self.week, 7)


class NewsletterItem(models.Model):
    """One summary in a newsletter. Title and text are read when it is shown, never copied."""

    letter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="items")
    summary = models.ForeignKey(
        "summaries.Summary", on_delete=models.CASCADE, related_name="newsletter_items"
    )
    place = models.PositiveSmallIntegerField(default=100, help_text="The smallest comes first.")
    words = models.CharField(
        max_length=300, blank=True, help_text="A sentence of the moderators: why to read it."
    )

    class Meta:
        db_table = "mailing_pick"
        ordering = ["place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "summary"], name="pick_once_per_letter"),
        ]

    def __str__(self) -> str:
        return f"Summary {self.summary_id} in letter {self.letter_id}"


class OutgoingEmail(Leased):
    """One mail to one person: a row of the outbox.

    Written before anything is sent. `key` says what it is about, like "daily:2026-11-24" or
    "letter:12", so that nobody gets it twice. The address is looked up when it is sent.
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
        Newsletter, null=True, blank=True, on_delete=models.CASCADE, related_name="mails"
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
        db_table = "mailing_mail"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="mail_once_per_key"),
        ]
        indexes = [models.Index(fields=["is_open", "next_try_at"], name="mail_due")]

    def __str__(self) -> str:
        return f"Mail {self.pk}"

    @property
    def message_id(self) -> str:
        """Return the Message-ID, the same for every try.

        It can be found in the log of a mail server, and mail programs recognise a second copy by
        it.
        """
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"<mail.{self.pk}.{self.message_key}@{host}>"


class OutgoingEmailItem(models.Model):
    """A notification in a mail; it is in at most one."""

    mail = models.ForeignKey(OutgoingEmail, on_delete=models.CASCADE, related_name="items")
    notification = models.OneToOneField(
        Notification, on_delete=models.CASCADE, related_name="email_item"
    )

    class Meta:
        db_table = "mailing_enclosure"

    def __str__(self) -> str:
        return f"Notification {self.notification_id} in mail {self.mail_id}"


class Suppression(models.Model):
    """A suppressed address: it gets no mail until its owner lifts the suppression."""

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
        db_table = "mailing_mailstop"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.pk})"

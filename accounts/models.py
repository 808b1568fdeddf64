"""The custom user model, user names and blocklists."""

import zlib

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# The number of colours of the round mark in the stylesheet.
MARK_COLOURS = 12
USERNAME_VALIDATORS = [
    RegexValidator(
        r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z",
        _(
            "User names can contain the letters a to z, digits, dots, hyphens and "
            "underscores, and must start with a letter or a digit."
        ),
    )
]


class User(AbstractUser):
    """A person with an account.

    Readers see `name`; the user name is the address of the person's page. `is_verified` means that
    the person controls an e-mail address or an ORCID, GitHub or Google account; only then do the
    votes count.
    """

    username = models.CharField(max_length=40, unique=True, validators=USERNAME_VALIDATORS)
    first_name = None
    last_name = None
    name = models.CharField(
        max_length=80,
        blank=True,
        help_text=_("Shown to readers. If empty, your user name is shown."),
    )
    about = models.CharField(max_length=200, blank=True, help_text=_("One line about yourself."))
    website = models.URLField(blank=True)
    orcid = models.CharField(
        "ORCID iD", max_length=19, blank=True, help_text="Set by signing in with ORCID."
    )
    is_verified = models.BooleanField(default=False)
    is_trusted = models.BooleanField(
        default=False, help_text="What this person posts never waits for a moderator."
    )
    suspended_until = models.DateTimeField(null=True, blank=True)
    reputation = models.FloatField(
        default=0,
        editable=False,
        help_text="Mean net votes of the signed, published summaries; recounted daily.",
    )
    reading = models.JSONField(
        default=dict, blank=True, editable=False, help_text="How this person likes pages shown."
    )

    objects = UserManager()

    class Meta:
        constraints = [
            # "Mara" and "mara" would be one address to a reader.
            models.UniqueConstraint(Lower("username"), name="user_username_ignores_case"),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_absolute_url(self) -> str:
        return reverse("user", args=[self.username])

    @property
    def display_name(self) -> str:
        return self.name or self.username

    @property
    def initials(self) -> str:
        """Return one or two letters for the round mark beside a name.

        "Mara Lindqvist" gives "ML".
        """
        names = self.display_name.split()
        letters = [names[0][0], names[-1][0]] if len(names) > 1 else [self.display_name[0]]
        return "".join(letters).upper()

    @property
    def mark_colour(self) -> int:
        """Return the number of the round mark's colour; it never changes."""
        return zlib.crc32(str(self.pk).encode()) % MARK_COLOURS

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class PreviousUsername(models.Model):
    """A user name that a person had: its address redirects, and nobody else can take it."""

    name = models.CharField(max_length=40, unique=True, help_text="In lower case.")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="previous_usernames")
    left_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_formername"
        ordering = ["-left_at"]

    def __str__(self) -> str:
        return self.name


class BlockedDomain(models.Model):
    """A domain to which texts must not link, and whose e-mail addresses cannot sign up."""

    domain = models.CharField(
        max_length=253, unique=True, help_text="example.org also blocks everything below it."
    )
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


class BlockedAddress(models.Model):
    """An IP network from which nobody can sign up or post."""

    network = models.CharField(
        max_length=43, unique=True, help_text="An address or a network: 203.0.113.0/24."
    )
    reason = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True, blank=True, help_text="Empty: until it is deleted.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["network"]
        verbose_name_plural = "blocked addresses"

    def __str__(self) -> str:
        return self.network

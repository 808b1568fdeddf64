"""Who a person is. Custom from the first migration, so that it can grow."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

USERNAME_VALIDATORS = [
    RegexValidator(
        r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z",
        "A user name has letters a to z, digits, dots, hyphens and underscores, "
        "and begins with a letter or a digit.",
    )
]


class User(AbstractUser):
    """A person with an account.

    `name` is what readers see; the user name is the address of the person's page. `is_verified`
    tells that the person has shown control of an e-mail address or of an ORCID, GitHub or Google
    account; only then do the votes count.
    """

    username = models.CharField(max_length=40, unique=True, validators=USERNAME_VALIDATORS)
    first_name = None
    last_name = None
    name = models.CharField(
        max_length=80, blank=True, help_text="As readers see it. Empty: the user name."
    )
    about = models.CharField(max_length=200, blank=True, help_text="One line about yourself.")
    website = models.URLField(blank=True)
    orcid = models.CharField(
        "ORCID iD", max_length=19, blank=True, help_text="Set by signing in with ORCID."
    )
    is_verified = models.BooleanField(default=False)

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
        """One or two letters for the round mark beside a name: "Mara Lindqvist" gives "ML"."""
        words = self.display_name.split()
        picked = [words[0][0], words[-1][0]] if len(words) > 1 else [self.display_name[0]]
        return "".join(picked).upper()

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

"""Why a text is reported or acted on, with the sentence that its author is told."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    SPAM = "spam", _("Spam")
    ABUSE = "abuse", _("Abuse")
    COPIED = "copied", _("Copied text")
    PAPER = "paper", _("Wrong paper")
    OTHER = "other", _("Something else")
    FINE = "fine", _("Within the rules")


# What readers choose from, each with a line that tells it from the others.
OF_REPORTS = {
    Reason.SPAM: _("It advertises something, or links to places that have nothing to do with it."),
    Reason.ABUSE: _("It attacks a person or a group."),
    Reason.COPIED: _("It is taken from elsewhere, from the abstract for example."),
    Reason.PAPER: _("It is about another paper than the one it stands under."),
    Reason.OTHER: _("Say below what it is."),
}
# What the author is told; moderators add words of their own where that is not enough.
TEMPLATES = {
    Reason.SPAM: _("It advertises something or links to places that have nothing to do with it."),
    Reason.ABUSE: _("It attacks a person or a group. Criticise papers, not people."),
    Reason.COPIED: _("It is copied. Use your own words, and cite what is not yours."),
    Reason.PAPER: _("It is about another paper than the one it stands under."),
    Reason.OTHER: _("It does not keep to the rules of the house."),
    Reason.FINE: _("It keeps to the rules of the house."),
}

"""The reasons of reports and actions, each with a sentence for the author."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a text is reported or acted on."""

    SPAM = "spam", _("Spam")
    ABUSE = "abuse", _("Abuse")
    COPIED = "copied", _("Copied text")
    PAPER = "paper", _("Wrong paper")
    OTHER = "other", _("Something else")
    FINE = "fine", _("Within the guidelines")


# The reasons that readers choose from, each with a hint.
OF_REPORTS = {
    Reason.SPAM: _("It is advertising, or it links to unrelated sites."),
    Reason.ABUSE: _("It attacks a person or a group."),
    Reason.COPIED: _("It is copied from elsewhere, for example from the abstract."),
    Reason.PAPER: _("It is about a different paper."),
    Reason.OTHER: _("Describe the problem below."),
}
# The sentence for the author; moderators add a message where it is not enough.
TEMPLATES = {
    Reason.SPAM: _("It is advertising, or it links to unrelated sites."),
    Reason.ABUSE: _("It attacks a person or a group. Criticise papers, not people."),
    Reason.COPIED: _("It is copied. Use your own words, and cite what isn't yours."),
    Reason.PAPER: _("It is about a different paper."),
    Reason.OTHER: _("It breaks the community guidelines."),
    Reason.FINE: _("It follows the community guidelines."),
}

"""The forms of reports and of moderation actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.http.former_fields import Sent, in_current_names
from moderation.actions import CHOICES, SUSPENSION_DAYS
from moderation.reasons import OF_REPORTS, Reason


class ReportForm(forms.Form):
    """A reader's report of a text."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=[(reason.value, reason.label) for reason in OF_REPORTS],
        error_messages={"required": _("Choose a reason.")},
    )
    details = forms.CharField(
        label=_("Details"),
        required=False,
        max_length=500,
        error_messages={"max_length": _("At most %(limit_value)d characters. Shorten it.")},
    )

    def __init__(self, data: Sent | None = None, *args: object, **kwargs: object):
        super().__init__(in_current_names(data, {"words": "details"}), *args, **kwargs)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        is_other = cleaned.get("reason") == Reason.OTHER
        if is_other and not cleaned.get("details") and "details" not in self.errors:
            self.add_error("details", _("Describe the problem in a few words."))
        return cleaned


class ActionForm(forms.Form):
    """A moderator's decision on one case; `seen` is the change_count on the page."""

    choice = forms.ChoiceField(
        choices=[*CHOICES.items(), ("suspend", "Suspend")],
        error_messages={"required": "Choose an action."},
    )
    seen = forms.IntegerField(min_value=0)
    reason = forms.ChoiceField(
        choices=Reason.choices, error_messages={"required": "Choose a reason."}
    )
    words = forms.CharField(label="Message to the author", required=False, max_length=300)
    note = forms.CharField(label="Note for moderators", required=False, max_length=500)
    days = forms.TypedChoiceField(
        choices=[(days, days) for days in SUSPENSION_DAYS],
        coerce=int,
        required=False,
        empty_value=7,
    )

    @property
    def faults(self) -> str:
        return " ".join(
            error
            if name in ("choice", "reason")
            else f"{self[name].label or name.capitalize()}: {error}"
            for name, errors in self.errors.items()
            for error in errors
        )


class RenameForm(forms.Form):
    """A new user name or display name for a person."""

    username = forms.CharField(label="User name", max_length=40)
    name = forms.CharField(label="Name", required=False, max_length=80)
    reason = ActionForm.base_fields["reason"]
    note = ActionForm.base_fields["note"]

    faults = ActionForm.faults


class BulkForm(forms.Form):
    """One decision for several cases, posted as `case` values like "12:3" (case, seen)."""

    choice = forms.ChoiceField(
        choices=[(name, CHOICES[name]) for name in ("keep", "hide", "remove")],
        error_messages={"required": "Choose an action."},
    )
    reason = ActionForm.base_fields["reason"]
    words = ActionForm.base_fields["words"]
    note = ActionForm.base_fields["note"]

    faults = ActionForm.faults

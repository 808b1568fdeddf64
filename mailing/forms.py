"""The form of a person's e-mail preferences."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailing.models import NEWSLETTER, Frequency
from mailing.preferences import choose, frequencies_of
from notifications.models import Notification


class EmailPreferencesForm(forms.Form):
    """One line of four choices for each kind of notification, and the newsletter."""

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        paces = frequencies_of(person)
        for kind, label in Notification.Kind.choices:
            self.fields[kind] = forms.ChoiceField(
                choices=Frequency.choices,
                label=label,
                initial=paces[kind],
                widget=forms.RadioSelect,
            )
        self.fields[NEWSLETTER] = forms.BooleanField(
            required=False,
            label=_("Send me the weekly newsletter"),
            initial=paces[NEWSLETTER] != Frequency.NEVER,
        )

    @property
    def lines(self) -> list[forms.BoundField]:
        return [self[kind] for kind in Notification.Kind.values]

    @property
    def letter(self) -> forms.BoundField:
        return self[NEWSLETTER]

    def save(self) -> None:
        paces = dict(self.cleaned_data)
        paces[NEWSLETTER] = Frequency.WEEKLY if paces[NEWSLETTER] else Frequency.NEVER
        choose(self.person, paces)

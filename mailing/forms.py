"""The form of a person's e-mail preferences."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mailing.models import LETTER, Pace
from mailing.preferences import choose, paces_of
from notifications.models import Notification


class MailForm(forms.Form):
    """One line of four choices for each kind of notification, and the newsletter."""

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        paces = paces_of(person)
        for kind, label in Notification.Kind.choices:
            self.fields[kind] = forms.ChoiceField(
                choices=Pace.choices, label=label, initial=paces[kind], widget=forms.RadioSelect
            )
        self.fields[LETTER] = forms.BooleanField(
            required=False,
            label=_("Send me the weekly newsletter"),
            initial=paces[LETTER] != Pace.NEVER,
        )

    @property
    def lines(self) -> list[forms.BoundField]:
        return [self[kind] for kind in Notification.Kind.values]

    @property
    def letter(self) -> forms.BoundField:
        return self[LETTER]

    def save(self) -> None:
        paces = dict(self.cleaned_data)
        paces[LETTER] = Pace.WEEKLY if paces[LETTER] else Pace.NEVER
        choose(self.person, paces)

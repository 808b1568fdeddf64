"""Forms about a person."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import reading
from accounts.models import User


class SignupForm(forms.Form):
    """What signing up asks beside e-mail, user name and password; allauth builds on it."""

    name = forms.CharField(
        max_length=80,
        required=False,
        label="Your name",
        help_text="Shown beside what you sign. You can leave it empty.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request, user: User) -> None:
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "about", "website"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "website": forms.URLInput(attrs={"autocomplete": "url"}),
        }


class ReadingForm(forms.Form):
    """How pages are shown to a person."""

    language = forms.ChoiceField(
        label=_("Language of the pages and of mail"),
        choices=list(reading.LANGUAGES.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=list(reading.THEMES.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.ChoiceField(
        label=_("Size of summaries and comments"),
        choices=list(reading.TEXT_SIZES.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    lists = forms.ChoiceField(
        label=_("Lists of papers show"),
        choices=list(reading.LISTS.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    shortcuts = forms.BooleanField(
        label=_("Single keys act: / searches, j and k go to the next and the previous"),
        required=False,
    )

    def __init__(self, *args, person: User, **kwargs):
        self.person = person
        now = {name: reading.choice(person, name) for name in reading.CHOICES}
        now["shortcuts"] = reading.has_shortcuts(person)
        super().__init__(*args, initial=now, **kwargs)

    def save(self) -> None:
        reading.save(self.person, **self.cleaned_data)

"""Forms for a person's profile, user name, reading preferences and account deletion."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts import display_preferences
from accounts.models import User


class SignupForm(forms.Form):
    """What signing up asks for in addition to e-mail, user name and password.

    django-allauth builds its own sign-up form on this one.
    """

    name = forms.CharField(
        max_length=80,
        required=False,
        label=_("Display name"),
        help_text=_("Shown next to what you publish under your name. Optional."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request, user: User) -> None:
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])
        # Mail is written when no browser says which language to use; the site's own language is the
        # default and is not stored.
        if get_language() != settings.LANGUAGE_CODE:
            display_preferences.save_one(user, "language", get_language())


class ProfileForm(forms.ModelForm):
    """What readers see of a person."""

    class Meta:
        model = User
        fields = ["name", "about", "website"]
        labels = {
            "name": _("Display name"),
            "about": pgettext_lazy("of a person", "About"),
            "website": _("Website"),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "website": forms.URLInput(attrs={"autocomplete": "url"}),
        }


class UsernameForm(forms.Form):
    """The user name, which is also the address of the person's page."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class DeleteAccountForm(forms.Form):
    """Confirm deleting the account, and choose what happens to signed texts."""

    keep = forms.ChoiceField(
        label=_("Summaries, comments and questions published under your name"),
        choices=[
            ("yes", _("Keep, credited to “Deleted user”")),
            ("no", _("Delete with the account")),
        ],
        widget=forms.RadioSelect,
    )
    username = forms.CharField(
        label=_("Type your user name to confirm"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args, person: User, **kwargs):
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_username(self) -> str:
        typed = self.cleaned_data["username"]
        if typed.lower() != self.person.username.lower():
            raise forms.ValidationError(
                _("This doesn't match your user name, %(name)s."),
                params={"name": self.person.username},
            )
        return typed

    @property
    def keeps(self) -> bool:
        return self.cleaned_data["keep"] == "yes"


class ReadingForm(forms.Form):
    """How pages are displayed for a person."""

    language = forms.ChoiceField(
        label=_("Language for pages and e-mail"),
        choices=list(display_preferences.LANGUAGES.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=list(display_preferences.THEMES.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.ChoiceField(
        label=_("Text size in summaries and comments"),
        choices=list(display_preferences.TEXT_SIZES.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    lists = forms.ChoiceField(
        label=_("In paper lists, show"),
        choices=list(display_preferences.LISTS.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    shortcuts = forms.BooleanField(
        label=_("Keyboard shortcuts (/ search, j next, k previous)"),
        required=False,
    )

    cards = forms.BooleanField(label=_("Preview citations on hover"), required=False)

    def __init__(self, *args, person: User, **kwargs):
        self.person = person
        initial = {
            name: display_preferences.choice(person, name) for name in display_preferences.CHOICES
        }
        initial["cards"] = display_preferences.has_cards(person)
        initial["shortcuts"] = display_preferences.has_shortcuts(person)
        super().__init__(*args, initial=initial, **kwargs)

    def save(self) -> None:
        display_preferences.save(self.person, **self.cleaned_data)

"""Forms about a person."""

from django import forms

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

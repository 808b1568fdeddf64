"""The library's forms at the door, in our words.

Apart from `accounts.forms`, because the library builds its own forms on what stands there.
"""

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext as _


class SignInForm(LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("E-mail or user name")
        # "webauthn" lets the browser offer a passkey where it offers names.
        login.widget.attrs = {
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        # There is a link below the form.
        self.fields["password"].help_text = ""


class SignUpForm(SignupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["username"].label = _("User name")
        self.fields["username"].help_text = _(
            "This becomes the address of your page. Choose it carefully."
        )
        self.fields["password1"].help_text = _("At least 10 characters.")
        for name, autocomplete in [
            ("email", "email"),
            ("username", "username"),
            ("password1", "new-password"),
        ]:
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].widget.attrs["autocomplete"] = autocomplete


class ResetForm(ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs = {"autocomplete": "email"}


def _relabel(form, **labels: str) -> None:
    """Labels instead of grey words in the fields, and one hint instead of a list of rules."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        is_new = name in {"password1", "password2"}
        field.widget.attrs = {"autocomplete": "new-password" if is_new else "current-password"}
        field.help_text = _("At least 10 characters.") if name == "password1" else ""


class NewPasswordForm(ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(
            self,
            oldpassword=_("Current password"),
            password1=_("New password"),
            password2=_("Repeat new password"),
        )


class FirstPasswordForm(SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(self, password1=_("Password"), password2=_("Repeat password"))


class PasswordFromMailForm(ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(self, password1=_("New password"), password2=_("Repeat new password"))


class AgainForm(ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(self, password=_("Password"))


class AddressForm(AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs = {"autocomplete": "email"}


class PasskeyForm(AddWebAuthnForm):
    # Every passkey may sign in alone if its device can do that; nobody has to decide it here.
    passwordless = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Passkey name")
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = _("Helps you recognise this passkey later.")


class PasskeyNameForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Passkey name")

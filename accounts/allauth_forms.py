"""The forms of django-allauth with this site's labels and hints.

They are not in `accounts.forms` because allauth imports that module to build its own forms.
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
    """Sign in with an e-mail address or a user name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("E-mail or user name")
        # "webauthn" makes the browser offer passkeys along with user names.
        login.widget.attrs = {
            "autocomplete": "username webauthn",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        # There is a link below the form.
        self.fields["password"].help_text = ""


class SignUpForm(SignupForm):
    """Create an account."""

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
    """Request a mail with a link to choose a new password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs = {"autocomplete": "email"}


def _relabel(form, **labels: str) -> None:
    """Set labels instead of placeholders, and one hint instead of a list of rules."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        is_new = name in {"password1", "password2"}
        field.widget.attrs = {"autocomplete": "new-password" if is_new else "current-password"}
        field.help_text = _("At least 10 characters.") if name == "password1" else ""


class NewPasswordForm(ChangePasswordForm):
    """Change the password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(
            self,
            oldpassword=_("Current password"),
            password1=_("New password"),
            password2=_("Repeat new password"),
        )


class FirstPasswordForm(SetPasswordForm):
    """Set a password on an account that has none."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(self, password1=_("Password"), password2=_("Repeat password"))


class PasswordFromMailForm(ResetPasswordKeyForm):
    """Choose a new password after following the link in the mail."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(self, password1=_("New password"), password2=_("Repeat new password"))


class AgainForm(ReauthenticateForm):
    """Confirm the password before a sensitive change."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _relabel(self, password=_("Password"))


class AddressForm(AddEmailForm):
    """Add an e-mail address."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs = {"autocomplete": "email"}


class PasskeyForm(AddWebAuthnForm):
    """Register a passkey."""

    # Every passkey may sign in without a password if the device supports it, so the form does not
    # ask.
    passwordless = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Passkey name")
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = _("Helps you recognise this passkey later.")


class PasskeyNameForm(EditWebAuthnForm):
    """Rename a passkey."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Passkey name")

"""The library's forms at the door, in our words.

Apart from `accounts.forms`, because the library builds its own forms on what stands there.
"""

from allauth.account.forms import AddEmailForm, LoginForm, ResetPasswordForm, SignupForm
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
        self.fields["username"].help_text = _("The address of your page: choose it with care.")
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
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].max_length = 60
        self.fields["name"].help_text = _("So that you know it again.")


class PasskeyNameForm(EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this passkey")

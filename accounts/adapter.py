"""What this site does differently from django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from accounts.browsers import browser_in_words
from accounts.models import User
from shortscience.lib.ratelimit import address_of
from shortscience.lib.sealed import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One text for all: it must not tell which of the two was wrong, or who has an account.
        "email_password_mismatch": "E-mail and password do not match.",
        "username_password_mismatch": "User name and password do not match.",
        "too_many_login_attempts": "That was too often. Wait five minutes and try again, "
        "or choose a new password.",
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
        "email_taken": "There is an account with this address already. Sign in instead.",
        "username_blacklisted": "This user name can not be used. Choose another.",
        "username_taken": "Somebody has this user name. Choose another.",
        "rate_limited": "That was too often. Wait a few minutes, then try again.",
    }

    def save_user(self, request: HttpRequest, user: User, form, commit: bool = True) -> User:
        """Without a mail server no address can be proved, so a new person counts at once."""
        user.is_verified = not settings.VERIFY_EMAIL
        return super().save_user(request, user, form, commit=commit)

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "::"  # A Unix socket has none.


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        # Also what a passkey that is not known hears.
        "incorrect_code": "That did not work. Type the code that is shown now, "
        "or try the passkey again.",
    }

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """After the browser that makes it: "Firefox on Linux"; it can be changed."""
        return browser_in_words(context.request.headers.get("User-Agent", ""))

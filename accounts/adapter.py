"""Where this site differs from django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.blocklists import is_blocked_address, refuse_address
from accounts.models import User
from accounts.suspensions import is_suspended, sign_person
from accounts.user_agents import describe_browser
from accounts.usernames import is_taken
from common.db.encrypted_field import decrypt, encrypt
from common.http.ratelimit import client_ip
from common.http.redirects import is_own_page
from common.http.sockets import limit


class AccountAdapter(DefaultAccountAdapter):
    """Signing up and in: blocked addresses, suspended people, reserved user names."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One text for all: it must not reveal which of the two was wrong, or who has an account.
        "email_password_mismatch": _("E-mail and password do not match."),
        "username_password_mismatch": _("User name and password do not match."),
        "too_many_login_attempts": _(
            "Too many requests. Try again in 5 minutes, or choose a new password."
        ),
        "incorrect_password": _("Incorrect password."),
        "enter_current_password": _("Incorrect password."),
        "email_taken": _("An account with this address already exists. Sign in instead."),
        "username_blacklisted": _("This user name isn't allowed. Choose another."),
        "username_taken": _("That user name is taken. Choose another."),
        "rate_limited": _("Too many requests. Try again in a few minutes."),
    }

    def save_user(self, request: HttpRequest, user: User, form, commit: bool = True) -> User:
        """Save a new person, who is verified at once when the site sends no mail."""
        user.is_verified = not settings.VERIFY_EMAIL
        return super().save_user(request, user, form, commit=commit)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse blocked networks, also for sign-ups through ORCID, GitHub or Google."""
        return not is_blocked_address(client_ip(request))

    def clean_email(self, email: str) -> str:
        refuse_address(super().clean_email(email))
        return email

    def pre_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse | None:
        """Stop suspended people, whichever way they sign in."""
        if is_suspended(user):
            clear_login(request)
            return redirect("suspended", sign_person(user))
        return super().pre_login(request, user, **kwargs)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        username = super().clean_username(username, shallow=shallow)
        # Previous user names are taken too.
        if not shallow and is_taken(username):
            raise self.validation_error("username_taken")
        return username

    def is_safe_url(self, url: str) -> bool:
        """Accept pages of this site only; allauth would accept every host in ALLOWED_HOSTS."""
        return is_own_page(context.request, url)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or "::"  # A Unix socket has no address.


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Signing in through ORCID, GitHub and Google."""

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None):
        """Return the app of a provider; raise Http404 for one that is not set up."""
        try:
            return super().get_app(request, provider, client_id=client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    def get_requests_session(self):
        """Return a session whose requests to the provider have a deadline."""
        return limit(super().get_requests_session())


class MFAAdapter(DefaultMFAAdapter):
    """Second step of signing in: its names, and secrets encrypted in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        # Shown for an unknown passkey too.
        "incorrect_code": _("That didn't work. Enter the current code, or try your passkey again."),
    }

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Name a passkey after the browser, "Firefox on Linux"; the person can change it."""
        return describe_browser(context.request.headers.get("User-Agent", ""))

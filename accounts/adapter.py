"""What this site does differently from django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form, commit: bool = True) -> User:
        """Without a mail server no address can be proved, so a new person counts at once."""
        user.is_verified = not settings.VERIFY_EMAIL
        return super().save_user(request, user, form, commit=commit)

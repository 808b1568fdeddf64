"""In which language a page speaks to a reader, and a mail to a person.

A member's stored choice comes first, then the cookie of a reader who chose in the footer, then
what the browser asks for. Whoever chooses nothing gets no cookie.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from accounts import display_preferences


def language_of(person) -> str:
    """The code of the language in which to write to somebody who is not there: "de"."""
    return display_preferences.choice(person, "language") or settings.LANGUAGE_CODE


def language_for(request: HttpRequest) -> str:
    chosen = display_preferences.choice(getattr(request, "user", None), "language")
    return chosen or translation.get_language_from_request(request)

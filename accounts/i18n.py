"""The language of a page for a reader, and of a mail to a person.

A member's stored choice comes first, then the cookie set in the footer, then what the browser
requests. No cookie is set until a reader chooses a language.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from accounts import display_preferences


def language_of(person) -> str:
    """Return the code of the language in which to write to a person, like "de".

    For mail and other texts that are written outside a request of that person.
    """
    return display_preferences.choice(person, "language") or settings.LANGUAGE_CODE


def language_for(request: HttpRequest) -> str:
    """Return the code of the language of a response to `request`, like "de"."""
    chosen = display_preferences.choice(getattr(request, "user", None), "language")
    return chosen or translation.get_language_from_request(request)

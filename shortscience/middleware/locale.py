"""Choose the language of a page."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.i18n import language_for

# Feeds, files, pictures and machine-readable addresses are the same for everyone, in the site's own
# language, so that caches can store them. Moderators' pages use it as well.
FOR_MACHINES = re.compile(
    r"\.(atom|json|xml|rss|svg|png|jpe?g|gif|webp|bib|ris|txt|zip|js|webmanifest)\Z"
    r"|/(bibtex|ris|source)\Z"
    r"|^/(admin|api|anymail)/"
    r"|^/(oembed|healthz|readyz|metrics|sw\.js)\Z"
)


class LocaleMiddleware:
    """Activate the reader's language, and tell caches what it depends on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if FOR_MACHINES.search(request.path):
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
            translation.activate(settings.LANGUAGE_CODE)
            return self.get_response(request)
        request.LANGUAGE_CODE = language_for(request)
        translation.activate(request.LANGUAGE_CODE)
        response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

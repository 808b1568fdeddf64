"""Reading without a connection: the service worker, and the page for addresses without a copy."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

_SOURCE = Path(__file__).with_name("service_worker.js")
# The files that a copy of a page needs.
FRAME = (
    "css/site.css",
    "css/pages/tools.css",
    "img/icon.svg",
    "img/sprite.svg",
    "js/site.js",
    "js/paper.js",
    "js/pages/offline.js",
)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Send the script from the root, since its scope is limited to its own path."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show the page that replaces pages without a copy."""
    return render(request, "offline.html")


@cache
def _script() -> str:
    """Return the script, the same for everyone; it reads the language from the page."""
    messages = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            messages[code] = escape(_("You're offline. This is the copy you read on {date}."))
    site = {
        "frame": [static(path) for path in FRAME],
        "offline": reverse("offline"),
        "signOut": [reverse("account_logout"), reverse("admin:logout")],
        "language": settings.LANGUAGE_CODE,
        "words": messages,
    }
    source = _SOURCE.read_text(encoding="utf-8")
    configuration = json.dumps(site, ensure_ascii=False)
    # A new version makes browsers install the worker and today's files.
    version = hashlib.sha256((source + configuration).encode()).hexdigest()[:12]
    return f"const SITE = {json.dumps({'version': version, **site}, ensure_ascii=False)};\n{source}"

"""Reading without a connection: the service worker and the page that it shows for unknown ones."""

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
# All that a copy of a page needs to look like itself.
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
    """At the root, for a worker sees only what lies below its own address."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "offline.html")


@cache
def _script() -> str:
    """The same for everybody: in which language to speak, the worker reads from the page."""
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words[code] = escape(_("You're offline. This is the copy you read on {date}."))
    site = {
        "frame": [static(path) for path in FRAME],
        "offline": reverse("offline"),
        "signOut": [reverse("account_logout"), reverse("admin:logout")],
        "language": settings.LANGUAGE_CODE,
        "words": words,
    }
    source = _SOURCE.read_text(encoding="utf-8")
    told = json.dumps(site, ensure_ascii=False)
    # Another version is installed anew, with the files of today.
    version = hashlib.sha256((source + told).encode()).hexdigest()[:12]
    return f"const SITE = {json.dumps({'version': version, **site}, ensure_ascii=False)};\n{source}"

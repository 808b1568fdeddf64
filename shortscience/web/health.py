"""Pages of the site as a whole, and what the machines that watch it ask for."""

import base64
import hashlib
import logging
import re
import secrets

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from common.http.ratelimit import client_ip, hit
from papers.views.by_identifier import near
from search.autocomplete import suggest

log = logging.getLogger(__name__)

# What a form with a person's words calls them: shown again when the form was refused.
WRITTEN_FIELDS = ("text", "abstract", "about")
# Where an address that leads nowhere may be near to another; what robots try is elsewhere.
PLACES_OF_PAPERS = {"paper", "abs", "pdf"}
PLACES_OF_NAMES = {"author", "venue"}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/account/", "/admin/", "/search?")),
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database and cache answer; with Redis, the cache is the queue's server too."""
    checks = {"database": _database_answers(), "cache": _cache_answers()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def _cache_answers() -> bool:
    try:
        cache.set("readyz", 1, 5)
        return cache.get("readyz") == 1
    except Exception:  # Every client of a cache has errors of its own.
        return False


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Unknown and forbidden look the same: what is near is found by the address alone, and only
    among papers, authors and venues, which everybody may see."""
    place, _slash, asked = request.path.strip("/").partition("/")
    words = " ".join(re.findall(r"[^\W_]+(?:\.[^\W_]+)*", request.path.rpartition("/")[2]))[:100]
    context = {"words": words, "near": [], "suggested": []}
    if place in PLACES_OF_PAPERS or re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?", place):
        context["near"] = near(request, re.sub(r"\A\d+/", "", asked) or place)
    elif place in PLACES_OF_NAMES and asked and not hit(f"near:{client_ip(request)}", 60, 60):
        context["suggested"] = suggest(words, user=AnonymousUser())[:3]
    return render(request, "404.html", context, status=404)


def _broken(language: str) -> str:
    with translation.override(language):
        return render_to_string("500.html")


# Made once in every language: a server whose files are gone must still be able to say so.
_BROKEN = {code: _broken(code) for code, _name in settings.LANGUAGES}
_ITS_STYLE = re.search(r"<style>(.*?)</style>", _BROKEN["en"], re.DOTALL)[1]
_ITS_STYLE_HASH = base64.b64encode(hashlib.sha256(_ITS_STYLE.encode()).digest()).decode()


@csp_replace({"style-src": [f"'sha256-{_ITS_STYLE_HASH}'"]})
def server_error(request: HttpRequest) -> HttpResponse:
    """A page without database, session or context: any of them may be what broke.

    It shows a code that stands in the log as well, with what went wrong.
    """
    code = secrets.token_hex(3)
    log.error("Fault %s at %s %s", code, request.method, request.path, exc_info=True)
    page = _BROKEN.get(translation.get_language(), _BROKEN["en"])
    return HttpResponse(page.replace("{code}", code), status=500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was written is given back: a form that grew old must not cost anybody's words."""
    kept = next((request.POST[name] for name in WRITTEN_FIELDS if request.POST.get(name)), "")
    return render(request, "403_csrf.html", {"kept": kept}, status=403)

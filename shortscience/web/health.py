"""Health checks, robots.txt and error pages."""

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

# The fields of forms that hold longer texts, which are shown again when the form is refused.
WRITTEN_FIELDS = ("text", "abstract", "about")
# Prefixes of unknown addresses for which the page suggests others; robots try elsewhere.
PLACES_OF_PAPERS = {"paper", "abs", "pdf"}
PLACES_OF_NAMES = {"author", "venue"}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Send robots.txt."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/account/", "/admin/", "/search?")),
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Check the database and the cache; with Redis, the cache also stands for the queue."""
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
    except Exception:  # Each cache client raises its own exceptions.
        return False


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for unknown and forbidden addresses, which look the same.

    Its suggestions depend on the address only, and name public papers, authors and venues.
    """
    section, _slash, path = request.path.strip("/").partition("/")
    query = " ".join(re.findall(r"[^\W_]+(?:\.[^\W_]+)*", request.path.rpartition("/")[2]))[:100]
    context = {"words": query, "near": [], "suggested": []}
    if section in PLACES_OF_PAPERS or re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?", section):
        context["near"] = near(request, re.sub(r"\A\d+/", "", path) or section)
    elif section in PLACES_OF_NAMES and path and not hit(f"near:{client_ip(request)}", 60, 60):
        context["suggested"] = suggest(query, user=AnonymousUser())[:3]
    return render(request, "404.html", context, status=404)


def _broken(language: str) -> str:
    with translation.override(language):
        return render_to_string("500.html")


# Rendered at import in every language, so that it works even if the files are gone.
_BROKEN = {code: _broken(code) for code, _name in settings.LANGUAGES}
_ITS_STYLE = re.search(r"<style>(.*?)</style>", _BROKEN["en"], re.DOTALL)[1]
_ITS_STYLE_HASH = base64.b64encode(hashlib.sha256(_ITS_STYLE.encode()).digest()).decode()


@csp_replace({"style-src": [f"'sha256-{_ITS_STYLE_HASH}'"]})
def server_error(request: HttpRequest) -> HttpResponse:
    """Show a page without database, session or context, any of which may be broken.

    Its code is also in the log, together with the traceback.
    """
    code = secrets.token_hex(3)
    log.error("Server error %s at %s %s", code, request.method, request.path, exc_info=True)
    page = _BROKEN.get(translation.get_language(), _BROKEN["en"])
    return HttpResponse(page.replace("{code}", code), status=500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the refused form's text again, so that an expired form loses nothing."""
    text = next((request.POST[name] for name in WRITTEN_FIELDS if request.POST.get(name)), "")
    return render(request, "403_csrf.html", {"kept": text}, status=403)

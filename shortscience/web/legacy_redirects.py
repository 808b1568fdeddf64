"""Former addresses: those of ShortScience.org, and those that this site's own pages had before.

Each redirects permanently to today's page. Servers do not see the fragment after `#`;
static/js/paper.js handles it.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from mailing.views import preferences
from papers.identifiers import PaperId, parse_identifier
from papers.importing.pipeline import find_paper
from papers.models import Paper, Venue
from papers.venues import normalise_venue_name
from papers.views.by_identifier import by_identifier
from search.views import search
from summaries.models import Summary
from summaries.views import venues

View = Callable[..., HttpResponse]


def _instead_of(view: View, parameter: str, old: View) -> View:
    """Return today's `view`, except for requests with the original's `parameter`."""

    @require_safe
    def choose(request: HttpRequest) -> HttpResponse:
        value = request.GET.get(parameter, "").strip()
        return old(request, value) if value else view(request)

    return choose


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """Redirect /paper?bibtexKey=K, with &a=USER to that person's summary.

    Tools read from the status whether the paper has a summary: 200 if it has, 203 if not. The
    paper's page answers that way when the parameter is present, so the redirect keeps it.
    """
    key = request.GET.get("bibtexKey", "").strip()
    if not key:
        return redirect("home", permanent=True)
    record = _paper_of(key)
    if record is None:
        return by_identifier(request, key)
    address = record.get_absolute_url()
    if not record.summary_count:
        return redirect(f"{address}?{urlencode({'bibtexKey': key})}", permanent=True)
    return redirect(address + _anchor(record, request.GET.get("a", "")), permanent=True)


def _paper_of(key: str) -> Paper | None:
    name = parse_identifier(key)
    return (find_paper(name) if name else None) or find_paper(PaperId("key", key))


def _anchor(paper: Paper, username: str) -> str:
    """Return the fragment of a person's signed summary, like "#s-12", or ""."""
    signed = Summary.objects.published().filter(paper=paper, is_anonymous=False)
    summary = signed.filter(author__username__iexact=username).first() if username else None
    return f"#{summary.anchor}" if summary else ""


@require_safe
def user(request: HttpRequest) -> HttpResponse:
    """Redirect /user?name=NAME, the original's page of a person, and /user, once the list of people."""
    name = request.GET.get("name", "").strip()
    if name and "/" not in name:  # Not a valid user name, and not part of any address.
        return redirect("user", name, permanent=True)
    response = _moved(request, "users")
    # /users redirected to /user before, and browsers cache permanent redirects: they would go round
    # in circles. https://www.w3.org/TR/clear-site-data/
    response["Clear-Site-Data"] = '"cache"'
    return response


def _venue(request: HttpRequest, key: str) -> HttpResponse:
    """Redirect ?key=conf/nips or ?key=NIPS, with &year=; unknown keys go to the list of venues."""
    aliases = {
        "dblp": key.removeprefix("DBLP:").strip("/"),
        "name": normalise_venue_name(key),
        "issn": key.replace("-", "").upper(),
    }
    venue = None
    for scheme, value in aliases.items():
        venue = venue or Venue.objects.filter(aliases__scheme=scheme, aliases__value=value).first()
    if venue is None:
        return redirect("venues", permanent=True)
    year = request.GET.get("year", "")
    if re.fullmatch(r"\d{4}", year) and venue.papers.filter(year=int(year)).exists():
        return redirect("venue-year", venue.slug, int(year), permanent=True)
    return redirect(venue, permanent=True)


def _search(request: HttpRequest, query: str) -> HttpResponse:
    return redirect(f"{reverse('search')}?{urlencode({'q': query})}", permanent=True)


def internal_search(request: HttpRequest) -> HttpResponse:
    """Redirect the search form's old address."""
    return _search(request, request.GET.get("q", ""))


# Former addresses of pages of this site, and the names of today's.
FORMER: dict[str, str] = {
    "cite": "editor-cite",
    "letters": "newsletter",
    "letters/feed.atom": "newsletter-atom",
    "letters/feed.json": "newsletter-json",
    r"^letters/(?P<year>\d{4})-(?P<week>\d{2})\Z": "newsletter-issue",
    "paper/<int:pk>/record": "paper-history",
    "paper/<int:pk>/same-as": "paper-report-duplicate",
    "paper/<int:pk>/wish": "paper-request-summary",
    r"^paper/(?P<pk>\d{1,18})/picture/(?P<digest>[0-9a-f]{16})\.png\Z": "paper-share-image",
    "preview": "editor-preview",
    "settings/mail/start": "mail-resume",
    "settings/security/app.svg": "totp-qr-code",
    "summary/<int:pk>/discard": "draft-discard",
    r"^summary/(?P<pk>\d{1,18})/picture/(?P<digest>[0-9a-f]{16})\.png\Z": "summary-share-image",
    "write/back": "editor-return",
    "write/picture": "editor-images",
    "write/session": "editor-session",
}


def _moved(request: HttpRequest, name: str, **kwargs: object) -> HttpResponse:
    """Redirect to the page `name` with the same query; after 308 browsers send a form again."""
    address = reverse(name, kwargs=kwargs)
    if query := request.META.get("QUERY_STRING"):
        address = f"{address}?{query}"
    is_form = request.method not in {"GET", "HEAD"}
    return HttpResponsePermanentRedirect(address, preserve_request=is_form)


def _former(route: str, name: str) -> URLPattern:
    """Route a former address; the CSRF token of a form is checked at both addresses."""

    def moved(request: HttpRequest, **kwargs: object) -> HttpResponse:
        return _moved(request, name, **kwargs)

    return (re_path if route.startswith("^") else path)(route, moved, name=f"former-{name}")


@csrf_exempt  # As its page of today.
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Answer /mail/stop/TOKEN of mails in inboxes.

    Mail programs follow no redirect after a POST (RFC 8058, 3.1), so it is handled here; a link that
    is opened redirects to today's page.
    """
    if request.method == "POST":
        return preferences.unsubscribe(request, token)
    return _moved(request, "unsubscribe", token=token)


urlpatterns = [
    path("paper", paper),
    path("user", user),
    path("venue", _instead_of(venues.venues, "key", _venue), name="venues"),
    path("search", _instead_of(search.search, "term", _search), name="search"),
    path("internalsearch", internal_search),
    path("mail/stop/<str:token>", unsubscribe),
    *(_former(route, name) for route, name in FORMER.items()),
]

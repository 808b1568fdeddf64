"""Former addresses: those of ShortScience.org, and those that this site's own pages had before.

Each leads permanently to the page of today, so links, feeds and tools of the original move by a
change of host. What a browser keeps to itself, the name after `#`, is found by static/js/paper.js.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from mailing.views import choosing
from papers.identifiers import Name, parse_identifier
from papers.importing.pipeline import find_paper
from papers.models import Paper, Venue
from papers.venues import normalise_venue_name
from papers.views.by_identifier import by_name
from search.views import search
from summaries.models import Summary
from summaries.views import venues

View = Callable[..., HttpResponse]


def _instead_of(view: View, parameter: str, old: View) -> View:
    """Today's `view`, but for requests with the original's `parameter`."""

    @require_safe
    def choose(request: HttpRequest) -> HttpResponse:
        value = request.GET.get(parameter, "").strip()
        return old(request, value) if value else view(request)

    return choose


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """/paper?bibtexKey=K, with &a=USER for that person's summary.

    Tools read from the status whether anybody summarised the paper: 200 when somebody did, 203
    when not. The page answers so when it is asked with the parameter, which is kept for that.
    """
    key = request.GET.get("bibtexKey", "").strip()
    if not key:
        return redirect("home", permanent=True)
    found = _paper_of(key)
    if found is None:
        return by_name(request, key)
    address = found.get_absolute_url()
    if not found.summary_count:
        return redirect(f"{address}?{urlencode({'bibtexKey': key})}", permanent=True)
    return redirect(address + _anchor(found, request.GET.get("a", "")), permanent=True)


def _paper_of(key: str) -> Paper | None:
    name = parse_identifier(key)
    return (find_paper(name) if name else None) or find_paper(Name("key", key))


def _anchor(found: Paper, username: str) -> str:
    """The signed summary of one person on the page, as "#s-12"; "" when there is none."""
    signed = Summary.objects.published().filter(paper=found, is_anonymous=False)
    summary = signed.filter(author__username__iexact=username).first() if username else None
    return f"#{summary.anchor}" if summary else ""


@require_safe
def user(request: HttpRequest) -> HttpResponse:
    """/user?name=NAME is the original's page of a person, /user was the list of people here."""
    name = request.GET.get("name", "").strip()
    if name and "/" not in name:  # Nobody is called so, and no address can hold it.
        return redirect("user", name, permanent=True)
    response = _moved(request, "users")
    # /users led to /user here before, and browsers keep a permanent redirect for ever: whoever has
    # that one would be sent round in circles. https://www.w3.org/TR/clear-site-data/
    response["Clear-Site-Data"] = '"cache"'
    return response


def _venue(request: HttpRequest, key: str) -> HttpResponse:
    """?key=conf/nips or ?key=NIPS, with &year=; an unknown key leads to all venues."""
    aliases = {
        "dblp": key.removeprefix("DBLP:").strip("/"),
        "name": normalise_venue_name(key),
        "issn": key.replace("-", "").upper(),
    }
    found = None
    for scheme, value in aliases.items():
        found = found or Venue.objects.filter(aliases__scheme=scheme, aliases__value=value).first()
    if found is None:
        return redirect("venues", permanent=True)
    year = request.GET.get("year", "")
    if re.fullmatch(r"\d{4}", year) and found.papers.filter(year=int(year)).exists():
        return redirect("venue-year", found.slug, int(year), permanent=True)
    return redirect(found, permanent=True)


def _search(request: HttpRequest, words: str) -> HttpResponse:
    return redirect(f"{reverse('search')}?{urlencode({'q': words})}", permanent=True)


def internal_search(request: HttpRequest) -> HttpResponse:
    return _search(request, request.GET.get("q", ""))


# Where a page of this site was before, and the name of its address today.
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


def _moved(request: HttpRequest, name: str, **place: object) -> HttpResponse:
    """To the page `name` with the same query; 308 sends a form again as it was."""
    address = reverse(name, kwargs=place)
    if query := request.META.get("QUERY_STRING"):
        address = f"{address}?{query}"
    is_form = request.method not in {"GET", "HEAD"}
    return HttpResponsePermanentRedirect(address, preserve_request=is_form)


def _former(route: str, name: str) -> URLPattern:
    """An address that anything may be sent to: the token of a form is looked at on both ways."""

    def moved(request: HttpRequest, **place: object) -> HttpResponse:
        return _moved(request, name, **place)

    return (re_path if route.startswith("^") else path)(route, moved, name=f"former-{name}")


@csrf_exempt  # As its page of today.
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """/mail/stop/TOKEN of mails that lie in inboxes. Mail programs follow no redirect after a POST
    (RFC 8058, 3.1), so that is done here; who opens the link is led to the page of today."""
    if request.method == "POST":
        return choosing.stop_mail(request, token)
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

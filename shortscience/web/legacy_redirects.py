"""The addresses of ShortScience.org, so that its links, feeds and tools keep working.

Each redirects permanently to today's page. Servers do not see the fragment after `#`;
static/js/paper.js handles it.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from papers.identifiers import PaperId, parse_identifier
from papers.importing.pipeline import find_paper
from papers.models import Paper, Venue
from papers.venues import normalise_venue_name
from papers.views.by_identifier import by_identifier
from search.views import search
from summaries.models import Summary
from summaries.views import people, venues

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


def _user(request: HttpRequest, name: str) -> HttpResponse:
    if "/" in name:  # Not a valid user name, and not part of any address.
        return redirect("people", permanent=True)
    return redirect("user", name, permanent=True)


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


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """Redirect the old list of people."""
    return redirect("people", permanent=True)


urlpatterns = [
    path("paper", paper),
    path("user", _instead_of(people.people, "name", _user), name="people"),
    path("users", users),
    path("venue", _instead_of(venues.venues, "key", _venue), name="venues"),
    path("search", _instead_of(search.search, "term", _search), name="search"),
    path("internalsearch", internal_search),
]

"""The addresses of ShortScience.org, so that its links, feeds and tools move by a change of host.

Each leads permanently to the page of today. What a browser keeps to itself, the name after `#`,
is found by static/js/paper.js.
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
        return by_identifier(request, key)
    address = found.get_absolute_url()
    if not found.summary_count:
        return redirect(f"{address}?{urlencode({'bibtexKey': key})}", permanent=True)
    return redirect(address + _anchor(found, request.GET.get("a", "")), permanent=True)


def _paper_of(key: str) -> Paper | None:
    name = parse_identifier(key)
    return (find_paper(name) if name else None) or find_paper(PaperId("key", key))


def _anchor(found: Paper, username: str) -> str:
    """The signed summary of one person on the page, as "#s-12"; "" when there is none."""
    signed = Summary.objects.published().filter(paper=found, is_anonymous=False)
    summary = signed.filter(author__username__iexact=username).first() if username else None
    return f"#{summary.anchor}" if summary else ""


def _user(request: HttpRequest, name: str) -> HttpResponse:
    if "/" in name:  # Nobody is called so, and no address can hold it.
        return redirect("people", permanent=True)
    return redirect("user", name, permanent=True)


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


@require_safe
def users(request: HttpRequest) -> HttpResponse:
    return redirect("people", permanent=True)


urlpatterns = [
    path("paper", paper),
    path("user", _instead_of(people.people, "name", _user), name="people"),
    path("users", users),
    path("venue", _instead_of(venues.venues, "key", _venue), name="venues"),
    path("search", _instead_of(search.search, "term", _search), name="search"),
    path("internalsearch", internal_search),
]

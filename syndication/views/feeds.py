"""The feeds of all lists, at the URL of the list followed by feed.atom or feed.json."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.http import http_date, urlencode
from django.views.decorators.http import conditional_page, require_safe

from common.http.urls import site_address
from syndication.feeds import querysets
from syndication.feeds.formats import Feed, atom, json_feed, rss
from syndication.feeds.querysets import Listing

KINDS = {
    "atom": ("application/atom+xml", atom),
    "json": ("application/feed+json", json_feed),
}
# A feed reader may cache a response for so long without asking whether it changed.
MAX_AGE_SECONDS = 300

Lister = Callable[..., Listing]


def feed(lister: Lister, kind: str) -> Callable[..., HttpResponse]:
    """Return the view of one list in one format."""
    content_type, write = KINDS[kind]

    @require_safe
    @conditional_page
    def view(request: HttpRequest, **where: object) -> HttpResponse:
        return _answer(request, lister(request, **where), content_type, write)

    return view


def original(*, is_full: bool) -> Callable[..., HttpResponse]:
    """Return the view of one of the original site's RSS feeds.

    They left out new summaries until two people had voted; these don't.
    """

    @require_safe
    @conditional_page
    def view(request: HttpRequest) -> HttpResponse:
        return _answer(
            request,
            querysets.home(request),
            "application/rss+xml",
            lambda document: rss(document, is_full=is_full),
        )

    return view


def _answer(request: HttpRequest, listing: Listing, content_type: str, write) -> HttpResponse:
    document = Feed(
        title=listing.title,
        page=site_address(listing.page),
        address=site_address(request.get_full_path()),
        entries=listing.entries,
        icon=site_address(static("img/icon.svg")),
        hub=settings.WEBSUB_HUB,
        language=settings.LANGUAGE_CODE,
    )
    response = HttpResponse(write(document), content_type=f"{content_type}; charset=utf-8")
    response["Last-Modified"] = http_date(document.updated_at.timestamp())
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    links = [f'<{document.address}>; rel="self"']
    if document.hub:
        links.append(f'<{document.hub}>; rel="hub"')
    response["Link"] = ", ".join(links)
    return response


# Name of the page: (path of its feed, its entries, the query parameters that it takes).
FEEDS: dict[str, tuple[str, Lister, tuple[str, ...]]] = {
    "home": ("", querysets.home, ("sort", "field", "time")),
    "paper": ("paper/<int:pk>/", querysets.paper, ()),
    "venue": ("venue/<slug:slug>/", querysets.venue, ()),
    "venue-year": ("venue/<slug:slug>/<int:year>/", querysets.venue_year, ()),
    "author": ("author/<str:slug>/", querysets.author, ()),
    "user": ("user/<str:username>/", querysets.user, ()),
    "search": ("search/", querysets.search, ("q",)),
    "summary": ("summary/<int:pk>/", querysets.comments, ()),
}


def feeds_of(request: HttpRequest) -> dict[str, str]:
    """Return {"atom": url, "json": url} of the current page; {} when it has no feed."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.url_name not in FEEDS:
        return {}
    prefix, _, parameters = FEEDS[match.url_name]
    kwargs = {name: value for name, value in match.kwargs.items() if f":{name}>" in prefix}
    params = {name: request.GET[name] for name in parameters if request.GET.get(name)}
    query = f"?{urlencode(params)}" if params else ""
    return {kind: reverse(f"{match.url_name}-{kind}", kwargs=kwargs) + query for kind in KINDS}


urlpatterns = [
    path(f"{where}feed.{kind}", feed(lister, kind), name=f"{page}-{kind}")
    for page, (where, lister, _) in FEEDS.items()
    for kind in KINDS
] + [
    path("rss.xml", original(is_full=False), name="rss"),
    path("rss-all.xml", original(is_full=False), name="rss-all"),
    path("rss-full.xml", original(is_full=True), name="rss-full"),
]

"""Every address of the site, with what the two worlds ask there; a new one needs a decision.

`ADDRESSES` has for each route the addresses to ask, with the numbers and names of a world in
braces, or a sentence on why it is left out. `asked_of` fails for a route that is not there.
"""

from collections.abc import Iterator

from django.contrib import admin
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from accounts.models import User
from mailing.models import OutgoingEmail
from moderation.models import Case
from social.models import Announcement
from summaries.models import Comment, Image, Summary, Vote

OWN_THINGS = "about what the asker keeps"
NO_TEXTS = "tells nothing of what people write"
MOVED = "leads to the address of today by its number alone"

ADDRESSES: dict[str, list[str] | str] = {
    "": ["/", "/?sort=recent", "/?sort=best", "/?sort=discussed", "/?show=full"],
    ".well-known/security.txt": NO_TEXTS,
    "about": ["/about"],
    "about/<slug:page>": ["/about/privacy", "/about/writing"],
    # With a question it asks outside catalogues, and says which of them did not answer in time.
    "add": ["/add"],
    "anymail/<str:service>/tracking/": NO_TEXTS,
    "api/v1/": ["/api/v1/"],
    "api/v1/lookup": ["/api/v1/lookup"],
    "api/v1/openapi.json": ["/api/v1/openapi.json"],
    "author/<str:slug>": ["/author/ada-lovelace", "/author/alice"],
    "author/<str:slug>/feed.atom": ["/author/ada-lovelace/feed.atom"],
    "author/<str:slug>/feed.json": ["/author/ada-lovelace/feed.json"],
    "cite": MOVED,
    "comment/<int:pk>/delete": ["/comment/{comment}/delete", "/comment/{answer}/delete"],
    "comment/<int:pk>/edit": ["/comment/{comment}/edit", "/comment/{answer}/edit"],
    "comment/<int:pk>/report": ["/comment/{comment}/report", "/comment/{answer}/report"],
    "deleted": ["/deleted"],
    "editor/cite": ["/editor/cite?q=worlds"],
    "editor/images": ["/editor/images"],
    "editor/preview": ["/editor/preview"],
    "editor/return": ["/editor/return"],
    "editor/session": ["/editor/session"],
    "feed.atom": ["/feed.atom"],
    "feed.json": ["/feed.json"],
    "follow": ["/follow"],
    "following": ["/following"],
    "healthz": NO_TEXTS,
    "internalsearch": ["/internalsearch?q=unsigned"],
    "language": NO_TEXTS,
    "letters": MOVED,
    "letters/feed.atom": MOVED,
    "letters/feed.json": MOVED,
    r"^letters/(?P<year>\d{4})-(?P<week>\d{2})\Z": MOVED,
    "library": ["/library"],
    "library.bib": OWN_THINGS,
    "library/<int:pk>": OWN_THINGS,
    "library/folders": OWN_THINGS,
    "library/folders/<int:pk>": OWN_THINGS,
    "mail/stop/<str:token>": MOVED,
    "manifest.webmanifest": NO_TEXTS,
    r"^media/images/(?P<digest>[0-9a-f]{64})\.(?P<ending>png|jpg|webp)\Z": "a file, by its digest",
    "metrics": "counts of requests, not public",
    "moderation-log": ["/moderation-log"],
    "newsletter": ["/newsletter"],
    "newsletter/feed.atom": ["/newsletter/feed.atom"],
    "newsletter/feed.json": ["/newsletter/feed.json"],
    r"^newsletter/(?P<year>\d{4})-(?P<week>\d{2})\Z": ["/newsletter/2026-45"],
    "notifications": ["/notifications"],
    "notifications/read": ["/notifications/read"],
    r"^(?P<kind>notifications|following)/(?P<secret>[A-Za-z0-9_-]{22})/feed\.(?P<form>atom|json)\Z": (
        OWN_THINGS
    ),
    r"^(?P<kind>notifications|following)/feed\Z": OWN_THINGS,
    "oembed": ["/oembed?url=http://127.0.0.1:8000/summary/{summary}"],
    "offline": NO_TEXTS,
    "opensearch.xml": NO_TEXTS,
    "paper": ["/paper?bibtexKey=1706.03762", "/paper?bibtexKey=1706.03762&a=alice"],
    "paper/<int:pk>": ["/paper/{paper}"],
    "paper/<int:pk>/<slug:slug>": [
        "/paper/{paper}/on-worlds",
        "/paper/{paper}/on-worlds?order=newest",
    ],
    "paper/<int:pk>/ask": ["/paper/{paper}/ask"],
    "paper/<int:pk>/badge.svg": ["/paper/{paper}/badge.svg"],
    "paper/<int:pk>/bibtex": ["/paper/{paper}/bibtex"],
    "paper/<int:pk>/card": ["/paper/{paper}/card"],
    "paper/<int:pk>/claim": ["/paper/{paper}/claim"],
    "paper/<int:pk>/correct": ["/paper/{paper}/correct"],
    "paper/<int:pk>/csl.json": ["/paper/{paper}/csl.json"],
    "paper/<int:pk>/draft": ["/paper/{paper}/draft"],
    "paper/<int:pk>/feed.atom": ["/paper/{paper}/feed.atom"],
    "paper/<int:pk>/feed.json": ["/paper/{paper}/feed.json"],
    "paper/<int:pk>/history": ["/paper/{paper}/history"],
    r"^paper/(?P<pk>\d{1,18})/picture/(?P<digest>[0-9a-f]{16})\.png\Z": MOVED,
    "paper/<int:pk>/record": MOVED,
    "paper/<int:pk>/report-duplicate": ["/paper/{paper}/report-duplicate"],
    "paper/<int:pk>/request-summary": ["/paper/{paper}/request-summary"],
    "paper/<int:pk>/ris": ["/paper/{paper}/ris"],
    "paper/<int:pk>/same-as": MOVED,
    "paper/<int:pk>/save": ["/paper/{paper}/save"],
    r"^paper/(?P<pk>\d{1,18})/share-image/(?P<digest>[0-9a-f]{16})\.png\Z": "an image, by its digest",
    "paper/<int:pk>/wish": MOVED,
    "paper/<int:pk>/write": ["/paper/{paper}/write"],
    "paper/<path:name>": ["/paper/1706.03762", "/paper/2211.00001"],
    "preview": MOVED,
    "random": "another answer each time",
    "readyz": NO_TEXTS,
    "robots.txt": NO_TEXTS,
    "rss-all.xml": ["/rss-all.xml"],
    "rss-full.xml": ["/rss-full.xml"],
    "rss.xml": ["/rss.xml"],
    "search": [
        "/search?q=alice",
        "/search?q=by:alice",
        "/search?q=by:bob",
        "/search?q=by:anonymous",
        "/search?q=unsigned",
    ],
    "search/feed.atom": ["/search/feed.atom?q=signed"],
    "search/feed.json": ["/search/feed.json?q=signed"],
    "search/suggest": ["/search/suggest?q=ali", "/search/suggest?q=worl"],
    "settings": ["/settings"],
    "settings/account": OWN_THINGS,
    "settings/account/delete": OWN_THINGS,
    "settings/data": OWN_THINGS,
    "settings/data/archive": OWN_THINGS,
    "settings/mail": OWN_THINGS,
    "settings/mail/resume": OWN_THINGS,
    "settings/mail/start": MOVED,
    "settings/reading": OWN_THINGS,
    "settings/security": OWN_THINGS,
    "settings/security/app.svg": MOVED,
    "settings/security/session": OWN_THINGS,
    "settings/security/totp.svg": OWN_THINGS,
    "sitemap-<section>.xml": [
        "/sitemap-papers.xml",
        "/sitemap-summaries.xml",
        "/sitemap-people.xml",
        "/sitemap-venues.xml",
    ],
    "sitemap.xml": ["/sitemap.xml"],
    "suggestion": ["/suggestion"],
    "suggestion/<int:pk>": ["/suggestion/{suggestion}"],
    "suggestion/<int:pk>/accept": ["/suggestion/{suggestion}/accept"],
    "suggestion/<int:pk>/decline": ["/suggestion/{suggestion}/decline"],
    "suggestion/<int:pk>/withdraw": ["/suggestion/{suggestion}/withdraw"],
    "summary/<int:pk>": ["/summary/{summary}"],
    **{
        f"summary/<int:pk>/{end}": [f"/summary/{{summary}}/{end}"]
        for end in (
            *("comment", "delete", "draft/discard", "edit", "feed.atom", "feed.json", "history"),
            *("report", "restore", "share", "source", "suggest", "unshare", "vote"),
        )
    },
    "summary/<int:pk>/discard": MOVED,
    r"^summary/(?P<pk>\d{1,18})/picture/(?P<digest>[0-9a-f]{16})\.png\Z": MOVED,
    r"^summary/(?P<pk>\d{1,18})/share-image/(?P<digest>[0-9a-f]{16})\.png\Z": (
        "an image, by its digest"
    ),
    r"^s/(?P<secret>[A-Za-z0-9_-]{22})\Z": ["/s/AAAAAAAAAAAAAAAAAAAAAA"],
    "suspended/<str:sealed>": "comes after the right password only",
    "sw.js": NO_TEXTS,
    "theme": NO_TEXTS,
    "tools": NO_TEXTS,
    "tools/extension-<str:browser>.zip": NO_TEXTS,
    "unsubscribe/<str:token>": OWN_THINGS,
    "user": ["/user", "/user?name=alice"],
    "user/<str:username>": [
        "/user/alice",
        "/user/bob",
        "/user/alice?show=comments",
        "/user/bob?show=liked",
    ],
    "user/<str:username>/feed.atom": ["/user/alice/feed.atom", "/user/bob/feed.atom"],
    "user/<str:username>/feed.json": ["/user/alice/feed.json", "/user/bob/feed.json"],
    "users": ["/users"],
    "venue": ["/venue", "/venue?key=nips&year=2017"],
    "venue/<slug:slug>": ["/venue/neurips"],
    "venue/<slug:slug>/<int:year>": ["/venue/neurips/2016"],
    **{
        f"venue/<slug:slug>/<int:year>/{end}": [f"/venue/neurips/2016/{end}"]
        for end in ("bibtex", "csl.json", "feed.atom", "feed.json", "ris")
    },
    "venue/<slug:slug>/feed.atom": ["/venue/neurips/feed.atom"],
    "venue/<slug:slug>/feed.json": ["/venue/neurips/feed.json"],
    "wanted": ["/wanted"],
    "write/back": MOVED,
    "write/picture": MOVED,
    "write/session": MOVED,
    "api/v1/papers/<int:paper_id>": ["/api/v1/papers/{paper}"],
    "api/v1/papers/<int:paper_id>/summaries": ["/api/v1/papers/{paper}/summaries"],
}
# A moderator may also type what no link offers.
TYPED_IN_THE_ADMIN = [
    "/admin/",
    "/admin/moderation/case/?tab=done",
    "/admin/moderation/case/?trust=new",
    "/admin/moderation/case/?trust=known",
    "/admin/moderation/case/?case__summary__author={alice}",
    "/admin/moderation/moderationaction/?person={alice}",
    "/admin/moderation/moderationaction/?case__summary__author={alice}",
    "/admin/moderation/moderationaction/?q=alice",
    "/admin/summaries/summary/?q=alice",
    "/admin/summaries/summary/?author__id__exact={alice}",
    "/admin/summaries/summary/?author={bob}",
    "/admin/summaries/summary/?author__username__startswith=a",
    "/admin/summaries/comment/?author__id__exact={alice}",
    "/admin/summaries/comment/?summary__author__id__exact={alice}",
    "/admin/summaries/comment/?q=alice",
    "/admin/summaries/vote/?summary__author={alice}",
    "/admin/summaries/vote/?summary__author__username=bob",
    "/admin/summaries/revision/?editor={alice}",
    "/admin/social/announcement/?summary__author={alice}",
    "/admin/mailing/outgoingemail/?user={alice}",
    "/admin/mailing/outgoingemail/?q=alice",
    "/admin/accounts/user/?summaries={summary}",
    "/admin/accounts/user/?summaries__id={summary}",
    "/admin/accounts/user/?comments__summary={summary}",
    "/admin/accounts/user/?q=alice",
    "/admin/papers/paper/?summaries__author={alice}",
    "/admin/accounts/user/{alice}/change/",
    "/admin/accounts/user/{bob}/change/",
    "/admin/accounts/user/{alice}/history/",
    "/admin/accounts/user/{alice}/delete/",
    "/admin/accounts/user/{bob}/delete/",
    "/admin/autocomplete/?app_label=summaries&model_name=summary&field_name=author&term=a",
    "/admin/autocomplete/?app_label=moderation&model_name=act&field_name=person&term=a",
    "/admin/jsi18n/",
    "/admin/moderation/case/1/author",
]
# Lists of what people write and of people, in every order and searched by who wrote it.
OF_TEXTS = {Announcement, Case, Comment, Image, OutgoingEmail, Summary, User, Vote}
SEARCHED = ["q=alice", "q=bob%40example.org", "q=Alice"]
# Rows of other kinds are looked at one by one as far as these.
ROWS_OF_A_KIND = 2


def routes(patterns=None, prefix: str = "") -> Iterator[str]:
    """Every route of the URL map outside the admin and the pages of signing in."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        here = prefix + str(pattern.pattern)
        if here.startswith(("admin/", "account/")):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here


def undecided() -> list[str]:
    return sorted({route for route in routes() if route not in ADDRESSES})


def of_site(**world: object) -> list[str]:
    """The addresses of the whole site; what a world does not have yet is asked as number 0."""
    known = {**dict.fromkeys(("comment", "answer", "suggestion"), 0), **world}
    return [
        address.format(**known)
        for told in ADDRESSES.values()
        if not isinstance(told, str)
        for address in told
    ]


def of_admin(person, **world: object) -> list[str]:
    """Lists, rows, histories and deletions of what somebody may look at there, and what may be
    typed; of all other kinds of rows the list alone, which refuses."""
    found = [address.format(**world) for address in TYPED_IN_THE_ADMIN]
    request = RequestFactory().get("/")
    request.user = person
    for model, page in admin.site._registry.items():
        app, kind = model._meta.app_label, model._meta.model_name
        name = f"admin:{app}_{kind}"
        found.append(reverse(f"{name}_changelist"))
        if not person.has_perm(f"{app}.view_{kind}"):
            continue
        if model in OF_TEXTS:
            columns = range(1, len(page.get_list_display(request)) + 1)
            found += [
                f"{reverse(f'{name}_changelist')}?{question}"
                for question in (*SEARCHED, *(f"o=-{column}" for column in columns))
            ]
        rows = model._base_manager.order_by("-pk").values_list("pk", flat=True)
        for number in rows[:ROWS_OF_A_KIND]:
            found += [
                reverse(f"{name}_{page}", args=[number]) for page in ("change", "history", "delete")
            ]
    return found

"""Descriptions of the site for browsers and programs, at standard addresses."""

import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from lxml import etree

_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
MAX_AGE_SECONDS = 86_400
SECURITY_TXT_DAYS = 180


def _cached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return response


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """Describe the search, for browsers to search and suggest titles in the address field.

    https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
    """
    root = etree.Element(f"{{{_OPENSEARCH}}}OpenSearchDescription", nsmap={None: _OPENSEARCH})

    def add(name: str, text: str = "", **attributes: str) -> None:
        element = etree.SubElement(root, f"{{{_OPENSEARCH}}}{name}", attributes)
        element.text = text or None

    # The specification allows 16 characters.
    add("ShortName", settings.SITE_NAME[:16])
    add("Description", _("Papers, summaries and people on %(site)s") % {"site": settings.SITE_NAME})
    add("Contact", settings.CONTACT_EMAIL)
    add("InputEncoding", "UTF-8")
    icon = settings.SITE_URL + static("img/icon.svg")
    add("Image", icon, type="image/svg+xml", width="32", height="32")
    for media, page in (
        ("text/html", "search"),
        ("application/x-suggestions+json", "search-suggest"),
    ):
        template = f"{settings.SITE_URL}{reverse(page)}?q={{searchTerms}}"
        add("Url", type=media, template=template)
    add(
        "Url",
        type="application/opensearchdescription+xml",
        rel="self",
        template=settings.SITE_URL + request.path,
    )
    body = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return _cached(HttpResponse(body, content_type="application/opensearchdescription+xml"))


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Send the contact for security reports: https://www.rfc-editor.org/rfc/rfc9116."""
    midnight = timezone.now().astimezone(datetime.UTC).replace(hour=0, minute=0, second=0)
    expires = midnight + datetime.timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: mailto:{settings.CONTACT_EMAIL}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_URL}{request.path}",
        "",
    ]
    return _cached(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the site as an installable app: https://www.w3.org/TR/appmanifest/."""
    icons = [("img/icon-192.png", "192x192", "any"), ("img/icon-512.png", "512x512", "any")]
    icons.append(("img/icon-maskable-512.png", "512x512", "maskable"))
    payload = {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME[:12],
        "description": _("Summaries of research papers, written by people who read them."),
        "lang": settings.LANGUAGE_CODE,
        "start_url": reverse("home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfbfc",
        "theme_color": "#ffffff",
        "categories": ["education", "books"],
        "icons": [
            {"src": static(path), "sizes": size, "type": "image/png", "purpose": purpose}
            for path, size, purpose in icons
        ],
        "shortcuts": [
            {"name": _("Search"), "url": reverse("search")},
            {"name": _("Add a paper"), "url": reverse("add")},
        ],
        # A phone's "Share" menu sends an address from the browser to the page for adding papers.
        "share_target": {
            "action": reverse("add"),
            "method": "GET",
            "params": {"text": "q"},
        },
    }
    return _cached(JsonResponse(payload, content_type="application/manifest+json"))

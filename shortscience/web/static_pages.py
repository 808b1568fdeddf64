"""The pages about the site: what it is, how to write, guidelines, API, feeds, privacy."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

# The path below /about, and the label of the tab.
PAGES = {
    "": _("About"),
    "writing": _("How to write"),
    "guidelines": _("Guidelines"),
    "api": _("API"),
    "feeds": _("Feeds"),
    "privacy": _("Privacy"),
}
# Pages with other addresses that have a tab here, by URL name.
BESIDE = {"tools": _("Tools"), "moderation-log": _("Log")}


@require_safe
def about(request: HttpRequest, page: str = "") -> HttpResponse:
    """Show one of the pages."""
    if page not in PAGES:
        raise Http404
    context = {
        "page": page,
        "page_title": PAGES[page],
        "tabs": tabs(page),
        "contact": settings.CONTACT_EMAIL,
    }
    return render(request, f"about/{page or 'about'}.html", context)


def tabs(current: str) -> list[dict[str, object]]:
    """Return the tabs, with `current` selected: "writing", or "moderation-log"."""
    items = [
        {
            "label": label,
            "url": reverse("about-page", args=[page]) if page else reverse("about"),
            "is_current": page == current,
        }
        for page, label in PAGES.items()
    ]
    for name, label in BESIDE.items():
        try:
            items.append({"label": label, "url": reverse(name), "is_current": name == current})
        except NoReverseMatch:
            continue
    return items


urlpatterns = [
    path("about", about, name="about"),
    path("about/<slug:page>", about, name="about-page"),
]

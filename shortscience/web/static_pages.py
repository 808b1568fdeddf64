"""What this site is, how to write here, its rules, and what it offers to programs."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

# The part of the address below /about, and what the tab says.
PAGES = {
    "": _("About"),
    "writing": _("How to write"),
    "guidelines": _("Guidelines"),
    "api": _("API"),
    "feeds": _("Feeds"),
    "privacy": _("Privacy"),
}
# Pages elsewhere that stand beside these, by the name of their address.
BESIDE = {"tools": _("Tools"), "moderation-log": _("Log")}


@require_safe
def about(request: HttpRequest, page: str = "") -> HttpResponse:
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
    """The pages about the site, one of them current: "writing", or "moderation-log"."""
    found = [
        {
            "label": label,
            "url": reverse("about-page", args=[page]) if page else reverse("about"),
            "is_current": page == current,
        }
        for page, label in PAGES.items()
    ]
    for name, label in BESIDE.items():
        try:
            found.append({"label": label, "url": reverse(name), "is_current": name == current})
        except NoReverseMatch:
            continue
    return found


urlpatterns = [
    path("about", about, name="about"),
    path("about/<slug:page>", about, name="about-page"),
]

"""The letters that were sent, for everybody to read."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.http.urls import site_address
from common.text.tex_to_html import plain_to_paragraphs
from mailing import newsletter
from mailing.models import Letter
from notifications.plaintext import as_text
from syndication.feeds.formats import Entry, absolute
from syndication.feeds.querysets import LENGTH, Listing

LETTERS_PER_PAGE = 25


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    page = Paginator(newsletter.archive(), LETTERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "feeds": _feeds()}
    return render(request, "mailing/letters.html", context)


@require_safe
def letter(request: HttpRequest, year: str, week: str) -> HttpResponse:
    found = get_object_or_404(newsletter.archive(), year=int(year), week=int(week))
    sent = Letter.objects.filter(state=Letter.State.SENT)
    context = {
        "letter": found,
        "intro": plain_to_paragraphs(found.intro),
        "newer": sent.filter(year=found.year, week__gt=found.week).order_by("week").first()
        or sent.filter(year__gt=found.year).order_by("year", "week").first(),
        "older": sent.filter(year=found.year, week__lt=found.week).first()
        or sent.filter(year__lt=found.year).first(),
        "feeds": _feeds(),
    }
    return render(request, "mailing/letter.html", context)


def listing(request: HttpRequest) -> Listing:
    """What the feed of letters holds."""
    entries = tuple(_entry(found) for found in newsletter.archive()[:LENGTH])
    return Listing(_("Weekly newsletter"), reverse("newsletter"), entries)


def _entry(found: Letter) -> Entry:
    address = site_address(found.get_absolute_url())
    context = {"letter": found, "intro": plain_to_paragraphs(found.intro)}
    html = render_to_string("mailing/_letter_text.html", context)
    return Entry(
        address=address,
        # By this feed readers' programs know which issues they have shown.
        first_address=site_address(f"/letters/{found.number}"),
        title=found.title,
        html=absolute(html.strip(), site=settings.SITE_URL, page=address),
        excerpt="; ".join(as_text(pick.summary.paper.title_html) for pick in found.shown),
        author=settings.SITE_NAME,
        published_at=found.sent_at,
        updated_at=found.sent_at,
    )


def _feeds() -> dict[str, str]:
    return {kind: reverse(f"newsletter-{kind}") for kind in ("atom", "json")}

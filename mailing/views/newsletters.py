"""The newsletters that were sent, public for everyone."""

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
from mailing.models import Newsletter
from notifications.plaintext import as_text
from syndication.feeds.formats import Entry, absolute
from syndication.feeds.querysets import LENGTH, Listing

NEWSLETTERS_PER_PAGE = 25


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """List the newsletters, 25 on a page."""
    page = Paginator(newsletter.archive(), NEWSLETTERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "feeds": _feeds()}
    return render(request, "mailing/newsletters.html", context)


@require_safe
def newsletter_page(request: HttpRequest, year: str, week: str) -> HttpResponse:
    """Show one newsletter."""
    row = get_object_or_404(newsletter.archive(), year=int(year), week=int(week))
    sent = Newsletter.objects.filter(state=Newsletter.State.SENT)
    context = {
        "letter": row,
        "intro": plain_to_paragraphs(row.intro),
        "newer": sent.filter(year=row.year, week__gt=row.week).order_by("week").first()
        or sent.filter(year__gt=row.year).order_by("year", "week").first(),
        "older": sent.filter(year=row.year, week__lt=row.week).first()
        or sent.filter(year__lt=row.year).first(),
        "feeds": _feeds(),
    }
    return render(request, "mailing/newsletter.html", context)


def listing(request: HttpRequest) -> Listing:
    """Return the feed of newsletters."""
    entries = tuple(_entry(row) for row in newsletter.archive()[:LENGTH])
    return Listing(_("Weekly newsletter"), reverse("newsletter"), entries)


def _entry(row: Newsletter) -> Entry:
    address = site_address(row.get_absolute_url())
    context = {"letter": row, "intro": plain_to_paragraphs(row.intro)}
    html = render_to_string("mailing/_newsletter_text.html", context)
    return Entry(
        address=address,
        # Feed readers know by this which issues they have shown.
        first_address=site_address(f"/letters/{row.number}"),
        title=row.title,
        html=absolute(html.strip(), site=settings.SITE_URL, page=address),
        excerpt="; ".join(as_text(pick.summary.paper.title_html) for pick in row.shown),
        author=settings.SITE_NAME,
        published_at=row.sent_at,
        updated_at=row.sent_at,
    )


def _feeds() -> dict[str, str]:
    return {kind: reverse(f"newsletter-{kind}") for kind in ("atom", "json")}

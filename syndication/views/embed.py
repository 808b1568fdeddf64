"""Embeds of a paper in other sites: a badge, a card in a frame, and oEmbed."""

from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from common.http.urls import site_address
from common.text.integers import parse_positive_int
from papers.models import Paper
from papers.serializers import paper_reference
from summaries.models import Summary
from summaries.serializers import serialize_summary
from summaries.templatetags.summary_format import counted, families

MAX_AGE_SECONDS = 300
CARD_WIDTH, CARD_HEIGHT = 480, 220
# The average width of a letter at 11 px, about right for every sans-serif font.
LETTER_WIDTH = 6.6


@require_safe
def badge(request: HttpRequest, pk: int) -> HttpResponse:
    """Return an SVG badge that reads "3 summaries"."""
    paper = get_object_or_404(Paper, pk=pk)
    label = counted(paper.summary_count, "summaries") if paper.summary_count else _("summarise")
    site = settings.SITE_NAME
    left, right = (round(len(text) * LETTER_WIDTH) + 14 for text in (site, label))
    context = {
        "site": site,
        "label": label,
        "left": left,
        "right": right,
        "width": left + right,
        "left_middle": left / 2,
        "right_middle": left + right / 2,
    }
    response = render(request, "syndication/badge.svg", context, content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    # An image may be shown anywhere; nothing in it may run.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a paper in a frame of another site; the same for everybody, without a session."""
    paper = get_object_or_404(Paper.objects.for_lists(), pk=pk)
    best = Summary.objects.published().filter(paper=paper).select_related("author").ranked().first()
    context = {"paper": paper, "best": best, "address": paper_reference(paper)["address"]}
    response = render(request, "syndication/card.html", context)
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Return oEmbed for ?url= of a paper or public summary; https://oembed.com/#section2."""
    if request.GET.get("format", "json") != "json":
        message = _("Only format=json is supported.")
        return HttpResponse(message, status=501, content_type="text/plain; charset=utf-8")
    paper, summary = _meant(request.GET.get("url", ""))
    about = paper_reference(paper)
    width = _at_most(request.GET.get("maxwidth", ""), CARD_WIDTH)
    height = _at_most(request.GET.get("maxheight", ""), CARD_HEIGHT)
    frame = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy"></iframe>',
        site_address(reverse("paper-card", args=[about["id"]])),
        width,
        height,
        f"{settings.SITE_NAME}: {about['title']}",
    )
    byline = serialize_summary(summary)["byline"] if summary else None
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": about["title"],
        "author_name": byline["name"] if byline else families("; ".join(about["authors"])),
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL,
        "cache_age": MAX_AGE_SECONDS,
        "html": frame,
        "width": width,
        "height": height,
    }
    if byline and byline["address"]:
        answer["author_url"] = byline["address"]
    response = JsonResponse(answer)
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return response


def _meant(address: str) -> tuple[Paper, Summary | None]:
    """Return the paper, and the summary if any, of a URL of this site; else raise Http404."""
    try:
        parts = urlsplit(address)
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        raise Http404 from None
    if f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL:
        raise Http404
    if match.url_name == "summary":
        rows = Summary.objects.published().select_related("paper", "author")
        summary = get_object_or_404(rows, pk=match.kwargs["pk"])
        return summary.paper, summary
    if match.url_name not in {"paper", "paper-number"}:
        raise Http404
    return get_object_or_404(Paper, pk=match.kwargs["pk"]), None


def _at_most(value: str, usual: int) -> int:
    return min(parse_positive_int(value) or usual, usual)

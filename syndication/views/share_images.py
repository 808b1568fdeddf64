"""The images that other sites show beside a link."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from common.http.ratelimit import client_ip, hit, too_many_requests
from papers.models import Paper
from summaries.models import Summary
from syndication.share_images import storage

MAX_AGE_SECONDS = 86_400
# The images drawn for one IP address; stored ones are not limited.
DRAWN_PER_HOUR = 120


@require_safe
def of_paper(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Return the share image of a paper."""
    paper = get_object_or_404(Paper.objects.select_related("venue"), pk=pk)
    return _picture(request, paper, "paper-share-image", digest)


@require_safe
def of_summary(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """Return the share image of a public summary."""
    public = Summary.objects.published().select_related("author", "paper__venue")
    return _picture(request, get_object_or_404(public, pk=pk), "summary-share-image", digest)


def _picture(request: HttpRequest, subject, page: str, digest: str) -> HttpResponse:
    """Return the current image; the URL of an earlier one redirects to it."""
    today = storage.digest_of(subject)
    if digest != today:
        return redirect(page, subject.pk, today)
    picture = storage.stored(subject)
    if picture is None:
        wait_seconds = hit(f"picture:{client_ip(request)}", DRAWN_PER_HOUR, 3600)
        if wait_seconds:
            return too_many_requests(wait_seconds)
        picture = storage.redraw(subject)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

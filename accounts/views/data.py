"""The settings tab for downloading everything that is stored about a person."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.export.zip_stream import stream_zip
from common.http.ratelimit import hit, too_many_message, too_many_requests

ARCHIVES_PER_DAY = 5


@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Show the tab."""
    return render(request, "accounts/data.html")


@login_required
@never_cache
@require_POST
def archive(request: HttpRequest) -> HttpResponse:
    """Send everything as one zip file, written while it is sent."""
    wait_seconds = hit(f"archive:{request.user.pk}", ARCHIVES_PER_DAY, 86_400)
    if wait_seconds:
        problem = too_many_message(wait_seconds)
        page = render(request, "accounts/data.html", {"problem": problem})
        return too_many_requests(wait_seconds, page)
    name = f"{request.user.username}-{timezone.now():%Y-%m-%d}.zip"
    return StreamingHttpResponse(
        stream_zip(request.user),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

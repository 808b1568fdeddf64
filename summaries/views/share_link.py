"""Unlisted summaries: the page behind the secret link, and creating and revoking the link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.http.ratelimit import hit, too_many_requests
from papers.links import notice_url
from summaries.actions import share_link
from summaries.models import Summary
from summaries.rendering import TextRefusedError
from summaries.views.login_required import login_required_keeping_text

CHANGES_PER_HOUR = 60


@require_safe
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the summary to everyone who has the link; no search engine may index it."""
    summary = get_object_or_404(
        Summary.objects.shared_by(secret).for_lists().select_related("author"), secret=secret
    )
    context = {"summary": summary, "paper": summary.paper, "notice_url": notice_url(summary.paper)}
    response = render(request, "summaries/shared.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    # Otherwise sites that the text links to would receive the secret address.
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required_keeping_text("summary")
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Create a secret link; an older link stops working."""
    summary = _own(request, pk)
    if problem := _too_many(request):
        return problem
    had_link = summary.secret is not None
    try:
        share_link.share(summary_id=pk, editor=request.user)
    except TextRefusedError as error:
        messages.error(request, _("The link could not be created: %(why)s") % {"why": error})
        return redirect("summary-edit", pk=pk)
    message = (
        _("New link created. The old one no longer works.") if had_link else _("Link created.")
    )
    messages.success(request, message)
    return redirect(f"{summary.get_absolute_url()}#link")


@require_POST
@login_required_keeping_text("summary")
def unshare(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke the secret link."""
    summary = _own(request, pk)
    if problem := _too_many(request):
        return problem
    share_link.unshare(summary_id=pk, editor=request.user)
    messages.success(request, _("Link revoked. Only you can read this summary now."))
    return redirect(summary)


def _own(request: HttpRequest, pk: int) -> Summary:
    """Return the editable summary; a published one is unpublished in the editor, with a warning."""
    own = Summary.objects.editable_by(request.user).exclude(state=Summary.State.PUBLISHED)
    return get_object_or_404(own, pk=pk)


def _too_many(request: HttpRequest) -> HttpResponse | None:
    wait_seconds = hit(f"share:{request.user.pk}", CHANGES_PER_HOUR, 3600)
    return too_many_requests(wait_seconds) if wait_seconds else None

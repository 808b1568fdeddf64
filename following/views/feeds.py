"""Feeds at a secret address, and the buttons that create or revoke it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.http import http_date
from django.views.decorators.http import conditional_page, require_POST, require_safe

from accounts.i18n import language_of
from common.http.urls import site_address
from following.feeds import LISTINGS
from following.views.follows import throttled
from notifications.models import SecretFeed, new_secret
from summaries.views.login_required import login_required_keeping_text
from syndication.feeds.formats import Feed
from syndication.views.feeds import KINDS


@require_safe
@conditional_page
def secret_feed(request: HttpRequest, kind: str, secret: str, form: str) -> HttpResponse:
    """Send the feed; unknown and revoked addresses and closed accounts all give 404."""
    feed = get_object_or_404(
        SecretFeed.objects.select_related("user"), kind=kind, secret=secret, user__is_active=True
    )
    content_type, write = KINDS[form]
    with translation.override(language_of(feed.user)):
        listing = LISTINGS[kind](feed.user)
        document = Feed(
            title=listing.title,
            page=site_address(listing.page),
            address=site_address(request.path),
            entries=listing.entries,
            icon=site_address(static("img/icon.svg")),
        )
    response = HttpResponse(write(document), content_type=f"{content_type}; charset=utf-8")
    response["Last-Modified"] = http_date(document.updated_at.timestamp())
    # Shared caches must not store it, search engines must not list it, and no hub learns the
    # address.
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
@login_required_keeping_text("following")
def change_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """Create an address (POST `value` 1), which revokes an earlier one, or revoke it (0)."""
    if kind not in SecretFeed.Kind:
        raise Http404
    if not throttled(request):
        if request.POST.get("value") == "1":
            SecretFeed.objects.update_or_create(
                user=request.user, kind=kind, defaults={"secret": new_secret()}
            )
        else:
            SecretFeed.objects.filter(user=request.user, kind=kind).delete()
    # The URL name of the page is the kind of its feed.
    response = redirect(f"{reverse(kind)}#feed")
    response.status_code = 303
    return response

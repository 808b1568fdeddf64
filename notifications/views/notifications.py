"""The page of notifications. Viewing it changes nothing: a POST marks them as read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.db.keyset_pagination import keyset_page
from common.http import ratelimit
from common.http.redirects import redirect_back
from common.text.integers import parse_positive_int
from notifications import mark_read
from notifications.models import Notification, SecretFeed
from summaries.views.list_params import address
from summaries.views.login_required import login_required_keeping_text

PAGE_SIZE = 50
CHANGES_PER_MINUTE = 60


@require_safe
@never_cache
@login_required_keeping_text()
def notifications(request: HttpRequest) -> HttpResponse:
    """Show notifications; reads `show` ("unread") and `cursor`."""
    shown = "unread" if request.GET.get("show") == "unread" else "all"
    rows = Notification.objects.visible_to(request.user)
    if shown == "unread":
        rows = rows.unread()
    page = keyset_page(
        rows.with_subjects(),
        order="-created_at",
        cursor=request.GET.get("cursor", ""),
        size=PAGE_SIZE,
    )
    context = {
        "groups": mark_read.grouped(page.items),
        "shown": shown,
        "newest": max((row.pk for row in page.items), default=0),
        "next_page": address(request, cursor=page.next_cursor) if page.next_cursor else "",
        "is_first_page": not request.GET.get("cursor"),
        "feed": SecretFeed.objects.filter(user=request.user, kind="notifications").first(),
    }
    return render(request, "notifications/notifications.html", context)


@require_POST
@login_required_keeping_text("notifications")
def read(request: HttpRequest) -> HttpResponse:
    """Mark one as read (POST `id`), or all up to one (POST `until`)."""
    # Pages that were open during an upgrade send `number`.
    pk = parse_positive_int(request.POST.get("id") or request.POST.get("number", ""))
    until = parse_positive_int(request.POST.get("until", ""))
    if (pk or until) and not _throttled(request):
        mark_read.mark_read(request.user, pk=pk, until=until)
    return redirect_back(request, reverse("notifications"))


def _throttled(request: HttpRequest) -> bool:
    return ratelimit.throttled(request, action="notifications", per_minute=CHANGES_PER_MINUTE)

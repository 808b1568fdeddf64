"""The page of notifications. Looking at it changes nothing: reading is marked by a POST."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.db.keyset_pagination import keyset_page
from common.http import ratelimit
from common.http.redirects import back
from common.text.integers import number_in
from notifications import mark_read
from notifications.models import Notification, SecretFeed
from summaries.views.list_params import address
from summaries.views.login_required import signed_in

PAGE_SIZE = 50
CHANGES_PER_MINUTE = 60


@require_safe
@never_cache
@signed_in()
def notifications(request: HttpRequest) -> HttpResponse:
    """?show=unread, ?cursor=."""
    shown = "unread" if request.GET.get("show") == "unread" else "all"
    rows = Notification.objects.visible_to(request.user)
    if shown == "unread":
        rows = rows.unread()
    page = keyset_page(
        rows.with_what_they_tell_of(),
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
@signed_in("notifications")
def read(request: HttpRequest) -> HttpResponse:
    """POST id for one; POST until for all up to that number."""
    # The second is its name in pages that were open during an upgrade.
    number = number_in(request.POST.get("id") or request.POST.get("number", ""))
    until = number_in(request.POST.get("until", ""))
    if (number or until) and not _is_too_quick(request):
        mark_read.mark_read(request.user, number=number, until=until)
    return back(request, reverse("notifications"))


def _is_too_quick(request: HttpRequest) -> bool:
    return ratelimit.is_too_quick(request, deed="notifications", per_minute=CHANGES_PER_MINUTE)

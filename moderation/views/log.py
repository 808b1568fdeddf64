"""The public log: action, kind of subject and reason, without names and texts."""

import datetime

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.db.keyset_pagination import keyset_page
from moderation.models import ModerationAction

PAGE_SIZE = 50
COUNTED_DAYS = 30


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the log; reads `cursor` for older rows, which older links call `after`."""
    cursor = request.GET.get("cursor") or request.GET.get("after", "")
    acts = ModerationAction.objects.only("deed", "subject", "reason", "days", "created_at")
    page = keyset_page(acts, order="-created_at", cursor=cursor, size=PAGE_SIZE)
    since = timezone.now() - datetime.timedelta(days=COUNTED_DAYS)
    counts = (
        ModerationAction.objects.filter(created_at__gte=since)
        .order_by()
        .values("deed")
        .annotate(count=Count("pk"))
        .order_by("-count", "deed")
    )
    context = {
        "acts": page.items,
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
        "counts": [(ModerationAction.Action(row["deed"]).label, row["count"]) for row in counts],
        "days": COUNTED_DAYS,
    }
    return render(request, "moderation/log.html", context)

"""What moderators did, for everybody: which deed, to what, why. Nobody's name, nobody's text."""

import datetime

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.db.keyset_pagination import keyset_page
from moderation.models import Act

PAGE_SIZE = 50
COUNTED_DAYS = 30


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """?cursor= for older rows; links of before call it `after`."""
    cursor = request.GET.get("cursor") or request.GET.get("after", "")
    acts = Act.objects.only("deed", "subject", "reason", "days", "created_at")
    page = keyset_page(acts, order="-created_at", cursor=cursor, size=PAGE_SIZE)
    since = timezone.now() - datetime.timedelta(days=COUNTED_DAYS)
    counts = (
        Act.objects.filter(created_at__gte=since)
        .order_by()
        .values("deed")
        .annotate(count=Count("pk"))
        .order_by("-count", "deed")
    )
    context = {
        "acts": page.items,
        "next_cursor": page.next_cursor,
        "is_first": not cursor,
        "counts": [(Act.Deed(row["deed"]).label, row["count"]) for row in counts],
        "days": COUNTED_DAYS,
    }
    return render(request, "moderation/log.html", context)

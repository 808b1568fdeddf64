"""Wanted papers: those that readers request a summary of."""

from collections import Counter

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from common.db.keyset_pagination import keyset_page
from common.http.ratelimit import hit, too_many_message
from common.http.redirects import redirect_back
from papers.models import Field, Paper
from summaries.actions.request_summary import (
    RequestNotAllowedError,
    request_summary,
    requests_of,
    withdraw_request,
)
from summaries.views.list_params import address, choice, links
from summaries.views.login_required import login_required_keeping_text

ORDERS = {"asked": _("Most requested"), "newest": _("Newest")}
COLUMNS = {"asked": "-wish_count", "newest": "-created_at"}
PAGE_SIZE = 25
REQUESTS_PER_MINUTE = 30


@require_safe
def wanted(request: HttpRequest) -> HttpResponse:
    """List papers without a summary that readers request: ?sort=, ?field=, ?cursor=."""
    order = choice(request, "sort", ORDERS, "asked")
    fields = list(Field.objects.all())
    field = next((item for item in fields if item.slug == request.GET.get("field")), None)
    papers = Paper.objects.filter(wish_count__gt=0, summary_count=0)
    counts = _counts_by_field(papers, fields)
    if field is not None:
        field_ids = [item.pk for item in fields if field.pk in {item.pk, item.parent_id}]
        papers = papers.filter(field__in=field_ids)
    page = keyset_page(
        papers.for_lists(),
        order=COLUMNS[order],
        cursor=request.GET.get("cursor", ""),
        size=PAGE_SIZE,
    )
    wished = requests_of(request.user, page.items)
    context = {
        "orders": links(request, "sort", ORDERS, order),
        "order": order,
        "fields": [(item, counts[item.pk]) for item in fields if counts[item.pk] or item == field],
        "field": field,
        "nearest": next(
            (item for item in fields if field and item.pk == field.parent_id and counts[item.pk]),
            None,
        ),
        "items": [{"paper": paper, "wished": paper.pk in wished} for paper in page.items],
        "next_page": address(request, cursor=page.next_cursor) if page.next_cursor else "",
        "is_first_page": not request.GET.get("cursor"),
    }
    return render(request, "summaries/wanted.html", context)


def _counts_by_field(papers: QuerySet[Paper], fields: list[Field]) -> Counter[int]:
    """Count the papers of each field, including the fields below it."""
    counts = Counter(
        dict(papers.filter(field__isnull=False).values_list("field").annotate(count=Count("pk")))
    )
    for item in fields:
        if item.parent_id:
            counts[item.parent_id] += counts[item.pk]
    return counts


@require_POST
@login_required_keeping_text("paper-number")
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Request a summary (POST value=1) or withdraw the request (value=0), and go back."""
    value = request.POST.get("value")
    if value not in {"0", "1"}:
        return HttpResponseBadRequest("value must be 1 or 0")
    paper = get_object_or_404(Paper, pk=pk)
    wait_seconds = hit(f"wish:{request.user.pk}", REQUESTS_PER_MINUTE, 60)
    if wait_seconds:
        messages.error(request, too_many_message(wait_seconds))
        return _back(request, paper)
    try:
        (request_summary if value == "1" else withdraw_request)(paper_id=pk, user=request.user)
    except RequestNotAllowedError as error:
        messages.info(request, str(error))
    return _back(request, paper)


def _back(request: HttpRequest, paper: Paper) -> HttpResponse:
    return redirect_back(request, paper.get_absolute_url())

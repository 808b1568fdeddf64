"""A paper by chance."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from papers.models import Field
from summaries.models import Standing


@require_safe
@never_cache
def random_paper(request: HttpRequest) -> HttpResponse:
    """To a paper with summaries, another one each time; ?field= keeps to a field."""
    field = Field.objects.filter(slug=request.GET.get("field", "")).first()
    standings = Standing.objects.all()
    if field is not None:
        standings = standings.in_field(field, Field.objects.all())
    count = standings.count()
    if not count:
        return redirect("home")
    place = secrets.randbelow(count)
    chosen = standings.select_related("paper").order_by("paper_id")[place : place + 1]
    return redirect(chosen[0].paper) if chosen else redirect("home")

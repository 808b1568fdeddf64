"""A paper by chance."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from papers.models import Field, Paper
from summaries.models import PaperRanking


@require_safe
@never_cache
def random_paper(request: HttpRequest) -> HttpResponse:
    """To a paper with summaries, another one each time; ?field= keeps to a field."""
    field = Field.objects.filter(slug=request.GET.get("field", "")).first()
    standings = PaperRanking.objects.all()
    if field is not None:
        standings = standings.in_field(field, Field.objects.all())
    count = standings.count()
    if not count:
        return redirect("home")
    place = secrets.randbelow(count)
    # The number alone: to skip whole papers means to read them.
    numbers = standings.order_by("paper_id").values_list("paper_id", flat=True)
    paper = Paper.objects.filter(pk__in=list(numbers[place : place + 1])).only("title").first()
    return redirect(paper) if paper else redirect("home")

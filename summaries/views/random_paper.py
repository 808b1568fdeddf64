"""A random paper."""

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
    """Redirect to a random paper with summaries; ?field= limits it to a field."""
    field = Field.objects.filter(slug=request.GET.get("field", "")).first()
    standings = PaperRanking.objects.all()
    if field is not None:
        standings = standings.in_field(field, Field.objects.all())
    count = standings.count()
    if not count:
        return redirect("home")
    index = secrets.randbelow(count)
    # Only the primary key, because skipping whole rows means reading them.
    paper_ids = standings.order_by("paper_id").values_list("paper_id", flat=True)
    paper = Paper.objects.filter(pk__in=list(paper_ids[index : index + 1])).only("title").first()
    return redirect(paper) if paper else redirect("home")

"""Any name of a paper leads to its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from papers.identifiers import Name, parse_identifier
from papers.importing import find_paper


@require_safe
def by_name(request: HttpRequest, name: str) -> HttpResponse:
    """Any identifier or address of a paper leads to its page; an unknown one offers an import."""
    parsed = parse_identifier(name)
    paper = find_paper(parsed) if parsed else None
    paper = paper or find_paper(Name("key", name))
    if paper is not None:
        return redirect(paper, permanent=True)
    context = {"name": name, "parsed": parsed}
    return render(request, "papers/unknown.html", context, status=404)

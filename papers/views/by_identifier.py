"""Redirect every identifier of a paper to its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common.http.ratelimit import client_ip, hit
from papers.fuzzy_lookup import Near, near_papers
from papers.identifiers import PaperId, parse_identifier
from papers.importing.pipeline import find_paper

# Above this rate, unknown addresses are answered without searching for similar papers.
LOOKS_PER_MINUTE = 60


@require_safe
def by_identifier(request: HttpRequest, name: str) -> HttpResponse:
    """Redirect an identifier or address of a paper to its page; offer to import an unknown one."""
    parsed = parse_identifier(name)
    paper = find_paper(parsed) if parsed else None
    paper = paper or find_paper(PaperId("key", name))
    if paper is not None:
        return redirect(paper, permanent=True)
    context = {"name": name, "parsed": parsed, "near": near(request, name)}
    return render(request, "papers/unknown.html", context, status=404)


def near(request: HttpRequest, text: str) -> list[Near]:
    """Return the papers that an unknown identifier may mean; [] above the rate limit."""
    if hit(f"near:{client_ip(request)}", LOOKS_PER_MINUTE, 60):
        return []
    return near_papers(text)

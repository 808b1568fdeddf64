"""Download the citation of a paper."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from papers.citations import formats
from papers.models import Paper


def _paper(pk: int) -> Paper:
    return get_object_or_404(Paper.objects.for_lists(), pk=pk)


@require_safe
def bibtex(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the citation as BibTeX."""
    return _download(formats.bibtex(_paper(pk)), "application/x-bibtex", f"paper-{pk}.bib")


@require_safe
def ris(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the citation as RIS."""
    kind = "application/x-research-info-systems"
    return _download(formats.ris(_paper(pk)), kind, f"paper-{pk}.ris")


@require_safe
def csl(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the citation as CSL-JSON, a list of one item."""
    return JsonResponse([formats.csl(_paper(pk))], safe=False)


def _download(text: str, kind: str, filename: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response

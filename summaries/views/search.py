"""The search page: papers, summaries and people."""

import re

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from papers.identifiers import Name, parse_identifier
from papers.importing import find_paper
from papers.models import Paper
from shortscience.lib.fulltext import Query
from summaries.hits import paper_hits, person_hits, summary_hits
from summaries.search import parse, search_all_papers, search_people, search_summaries

TYPES = {
    "everything": "Everything",
    "papers": "Papers",
    "summaries": "Summaries",
    "people": "People",
}
PAGE_SIZE = 25
# Nobody reads on to the thousandth hit; they ask a better question.
MOST_PAGES = 40
# How many of each the page of everything shows.
FEW = {"papers": 10, "summaries": 5, "people": 3}
HITS = {"papers": paper_hits, "summaries": summary_hits, "people": person_hits}
WORDS = {
    "papers": ("paper", "papers"),
    "summaries": ("summary", "summaries"),
    "people": ("person", "people"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """?q= and ?type=; the name of a paper alone goes straight to its page."""
    query = parse(request.GET.get("q", ""))
    name = parse_identifier(query.text) if query.text else None
    paper = _paper_named(name)
    if paper:
        return redirect(paper)
    kind = request.GET.get("type", "")
    kind = kind if kind in TYPES else "everything"
    found = {
        "papers": search_all_papers(query).select_related("venue").prefetch_related("identifiers"),
        "summaries": search_summaries(query, user=request.user).select_related(
            "author", "paper__venue"
        ),
        "people": search_people(query),
    }
    counts = {name: rows.count() for name, rows in found.items()} if query else {}
    context = {
        "query": query,
        "kind": kind,
        "tabs": _tabs(query, kind),
        "told": _told(counts, kind),
        "missing": None if name is None or name.scheme == "key" else name,
        "total": sum(counts.values()) if kind == "everything" else counts.get(kind, 0),
        "others": _others(query, counts, kind),
        "less": _less(query, kind),
    }
    if query:
        context |= _hits(request, query, kind, found, counts)
    return render(request, "summaries/search.html", context)


def _paper_named(name: Name | None) -> Paper | None:
    # A citation key may be any word; one without a digit or a slash is more likely a question.
    if name is None or (name.scheme == "key" and not re.search(r"[\d/]", name.value)):
        return None
    return find_paper(name)


def _hits(
    request: HttpRequest,
    query: Query,
    kind: str,
    found: dict[str, QuerySet],
    counts: dict[str, int],
) -> dict[str, object]:
    if kind == "everything":
        return {
            name: {
                "hits": HITS[name](list(rows[: FEW[name]]), query) if counts[name] else [],
                "count": counts[name],
                "more": _address(query.text, name) if counts[name] > FEW[name] else "",
            }
            for name, rows in found.items()
        }
    pages = Paginator(found[kind], PAGE_SIZE)
    # Counted already, and bounded.
    pages.count = min(counts[kind], PAGE_SIZE * MOST_PAGES)
    page = pages.get_page(request.GET.get("page"))
    return {
        kind: {"hits": HITS[kind](list(page.object_list), query), "count": counts[kind]},
        "page": page,
        "previous": _address(query.text, kind, page.number - 1) if page.has_previous() else "",
        "next": _address(query.text, kind, page.number + 1) if page.has_next() else "",
    }


def _address(text: str, kind: str, page: int = 1) -> str:
    asked = {"q": text}
    if kind != "everything":
        asked["type"] = kind
    if page > 1:
        asked["page"] = str(page)
    return f"{reverse('search')}?{urlencode(asked)}"


def _tabs(query: Query, kind: str) -> list[dict[str, object]]:
    return [
        {"label": label, "url": _address(query.text, name), "is_current": name == kind}
        for name, label in TYPES.items()
    ]


def _told(counts: dict[str, int], kind: str) -> str:
    """ "1,204 papers, 3 summaries and 1 person"; nothing of what was not found."""
    told = [
        f"{intcomma(count)} {WORDS[name][count != 1]}"
        for name, count in counts.items()
        if count and kind in {"everything", name}
    ]
    return " and ".join([part for part in (", ".join(told[:-1]), *told[-1:]) if part])


def _others(query: Query, counts: dict[str, int], kind: str) -> list[dict[str, str]]:
    """Where else something was found, for a tab that holds nothing."""
    return [
        {"url": _address(query.text, name), "label": f"{intcomma(count)} {WORDS[name][count != 1]}"}
        for name, count in counts.items()
        if count and kind not in {"everything", name}
    ]


def _less(query: Query, kind: str) -> list[dict[str, str]]:
    """The same question less one of its parts, for when nothing was found."""
    if len(query.parts) < 2:
        return []
    return [
        {"part": part.text, "url": _address(query.without(part), kind)} for part in query.parts[:8]
    ]

"""The search page for papers, summaries and people, and the suggestions of search fields."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from common.fulltext import Query
from common.http.ratelimit import client_ip, hit, too_many_requests
from papers.identifiers import PaperId, parse_identifier
from papers.importing.page_reader import reading_of
from papers.importing.pipeline import find_paper
from papers.models import Paper
from papers.sources import Record
from papers.views import pasted
from search.autocomplete import suggest
from search.did_you_mean import propose
from search.facets import chips, count_facets, narrowed, without
from search.index import (
    papers_in_order,
    parse,
    search_all_papers,
    search_people,
    search_summaries,
    summaries_in_order,
)
from search.results import paper_hits, person_hits, summary_hits
from search.views import suggestions as ways

PAGE_SIZE = 25
# Nobody reads beyond result 1,000; a better query is faster.
MOST_PAGES = 40
# The number of results of each kind on the tab "Everything".
FEW = {"papers": 10, "summaries": 5, "people": 3}
# With fewer results than this, a correction is suggested.
FEW_HITS = 3
HITS = {"papers": paper_hits, "summaries": summary_hits, "people": person_hits}
ORDERS = {
    "": gettext_lazy("Best first"),
    "date": gettext_lazy("Newest first"),
    "votes": gettext_lazy("Most votes first"),
}
# A fast typist causes at most eight requests in a second, but not for a minute.
SUGGESTIONS_PER_MINUTE = 240


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the results of ?q=, with ?type=, ?sort= and ?page=.

    A query that is an identifier of a paper redirects to its page. ?from= and ?to= are the years of
    a form; they become part of the query.
    """
    entry = pasted.entry_of(request.GET.get("q", ""))
    if entry is not None:
        return _of_entry(entry)
    query = parse(request.GET.get("q", ""))
    params = ways.SearchQuery(
        query.text, _chosen(request, "type", ways.KINDS), _chosen(request, "sort", ORDERS)
    )
    years = ways.years_of(request.GET.get("from", ""), request.GET.get("to", ""))
    if years is not None:
        text = narrowed(query, "year", years) if years else without(query, "year")
        return redirect(params.address(text=text))
    name = parse_identifier(query.text) if query.text else None
    page = pasted.page_of(query.text) if query.text else None
    paper = _paper_named(name) or _paper_read(page)
    if paper:
        return redirect(paper)
    context = {
        "query": query,
        "kind": params.kind,
        "order": params.order,
        "orders": ORDERS,
        "missing": _missing(name, page),
        "chips": [(chip.label, params.address(text=chip.without)) for chip in chips(query)],
    }
    if query:
        context |= _answer(request, query, params)
    return render(request, "search/search.html", context)


def _answer(request: HttpRequest, query: Query, params: ways.SearchQuery) -> dict[str, object]:
    results = _results(query, params, request.user)
    # The tab "Everything" shows the facets of papers.
    of = "papers" if params.kind == "everything" else params.kind
    to_paper = "paper__" if of == "summaries" else ""
    totals, facets = {}, []
    if of != "people":
        totals[of], facets = count_facets(results[of], query, to_paper=to_paper)
    counts = {
        kind: totals[kind] if kind in totals else rows.count() for kind, rows in results.items()
    }
    total = sum(counts.values()) if params.kind == "everything" else counts[params.kind]
    context = {
        "tabs": ways.tabs(params, counts),
        "counts_text": ways.results_message(counts, params.kind),
        "total": total,
        "facets": ways.facets(params, facets, totals.get(of, 0)),
        "question_without_years": without(query, "year"),
        **_hits(request, query, params, results, counts),
    }
    if sum(counts.values()) < FEW_HITS:
        context["proposal"] = ways.proposal(params, propose(query, user=request.user))
    if not total:
        context |= ways.nothing(params, query, counts, _finder(params.kind, request.user))
    return context


def _results(query: Query, params: ways.SearchQuery, user) -> dict[str, QuerySet]:
    papers = papers_in_order(search_all_papers(query), params.order)
    summaries = summaries_in_order(search_summaries(query, user=user), params.order)
    return {
        "papers": papers.annotate(votes=F("ranking__top_summary__score"))
        .select_related("venue")
        .prefetch_related("identifiers"),
        "summaries": summaries.select_related("author", "paper__venue"),
        "people": search_people(query),
    }


def _finder(kind: str, user) -> Callable[[str], QuerySet]:
    """Return the search function of a kind; "everything" searches papers."""
    if kind == "summaries":
        return lambda text: search_summaries(parse(text), user=user)
    if kind == "people":
        return lambda text: search_people(parse(text))
    return lambda text: search_all_papers(parse(text))


def _hits(
    request: HttpRequest,
    query: Query,
    params: ways.SearchQuery,
    results: dict[str, QuerySet],
    counts: dict[str, int],
) -> dict[str, object]:
    if params.kind == "everything":
        return {
            kind: {
                "hits": HITS[kind](list(rows[: FEW[kind]]), query) if counts[kind] else [],
                "count": counts[kind],
                "more": params.address(kind=kind) if counts[kind] > FEW[kind] else "",
            }
            for kind, rows in results.items()
        }
    kind = params.kind
    pages = Paginator(results[kind], PAGE_SIZE)
    # Counted already, and limited to MOST_PAGES.
    pages.count = min(counts[kind], PAGE_SIZE * MOST_PAGES)
    page = pages.get_page(request.GET.get("page"))
    hits = HITS[kind](list(page.object_list), query) if counts[kind] else []
    return {
        kind: {"hits": hits, "count": counts[kind]},
        "page": page,
        "previous": params.address(page=page.number - 1) if page.has_previous() else "",
        "next": params.address(page=page.number + 1) if page.has_next() else "",
    }


def _chosen(request: HttpRequest, name: str, choices: dict) -> str:
    value = request.GET.get(name, "")
    return value if value in choices else next(iter(choices))


def _paper_named(name: PaperId | None) -> Paper | None:
    # A citation key may be any word. Without a digit or a slash it is more likely a search.
    if name is None or (name.scheme == "key" and not re.search(r"[\d/]", name.value)):
        return None
    return find_paper(name)


def _paper_read(page: str | None) -> Paper | None:
    reading = reading_of(page) if page else None
    return Paper.objects.filter(pk=reading.paper_id).first() if reading else None


def _missing(name: PaperId | None, page: str | None) -> dict[str, str] | None:
    """Return what could be added: an identifier, or the page of a paper."""
    if name is not None and name.scheme != "key":
        return {"scheme": name.scheme, "value": name.value}
    return {"scheme": "", "value": page} if page else None


def _of_entry(entry: Record) -> HttpResponse:
    """Redirect a pasted BibTeX entry to its paper, or to a search for its title."""
    for name in entry.identifiers:
        paper = find_paper(name) if name.scheme != "key" else None
        if paper:
            return redirect(paper)
    return redirect(f"{reverse('search')}?{urlencode({'q': entry.title[:300]})}")


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return suggestions for ?q= as JSON: [query, [titles], [details], [addresses], count].

    The count is a sentence for screen readers. Format of the others, for browsers' search fields:
    https://github.com/dewitt/opensearch, extension "Suggestions".
    """
    wait_seconds = hit(f"suggest:{client_ip(request)}", SUGGESTIONS_PER_MINUTE, 60)
    if wait_seconds:
        return too_many_requests(wait_seconds)
    typed = " ".join(request.GET.get("q", "").split())[:200]
    matches = suggest(typed, user=AnonymousUser())
    count_text = ngettext("%(count)s suggestion", "%(count)s suggestions", len(matches))
    answer = [
        typed,
        [item.title for item in matches],
        [item.detail for item in matches],
        [request.build_absolute_uri(item.path) for item in matches],
        count_text % {"count": len(matches)},
    ]
    response = JsonResponse(answer, safe=False, content_type="application/x-suggestions+json")
    response["Cache-Control"] = "public, max-age=300"
    return response

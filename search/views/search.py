"""The search page: papers, summaries and people; and what is suggested while somebody types."""

import re
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from common.fulltext import Query
from common.http.ratelimit import client_ip, hit, too_many_requests
from papers.identifiers import PaperId, parse_identifier
from papers.importing.pipeline import find_paper
from papers.models import Paper
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
# Nobody reads on to the thousandth hit; they ask a better question.
MOST_PAGES = 40
# How many of each the page of everything shows.
FEW = {"papers": 10, "summaries": 5, "people": 3}
# With fewer hits than this a word may be misspelt.
FEW_HITS = 3
HITS = {"papers": paper_hits, "summaries": summary_hits, "people": person_hits}
ORDERS = {
    "": gettext_lazy("Best first"),
    "date": gettext_lazy("Newest first"),
    "votes": gettext_lazy("Most votes first"),
}
# Somebody who types quickly pauses eight times in a second at most, and not for a minute.
SUGGESTIONS_PER_MINUTE = 240


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """?q=, ?type=, ?sort= and ?page=; the name of a paper alone goes straight to its page.

    ?from= and ?to= are years that a form asks for: they become part of the question.
    """
    query = parse(request.GET.get("q", ""))
    asked = ways.SearchQuery(
        query.text, _chosen(request, "type", ways.KINDS), _chosen(request, "sort", ORDERS)
    )
    years = ways.years_of(request.GET.get("from", ""), request.GET.get("to", ""))
    if years is not None:
        text = narrowed(query, "year", years) if years else without(query, "year")
        return redirect(asked.address(text=text))
    name = parse_identifier(query.text) if query.text else None
    paper = _paper_named(name)
    if paper:
        return redirect(paper)
    context = {
        "query": query,
        "kind": asked.kind,
        "order": asked.order,
        "orders": ORDERS,
        "missing": None if name is None or name.scheme == "key" else name,
        "chips": [(chip.label, asked.address(text=chip.without)) for chip in chips(query)],
    }
    if query:
        context |= _answer(request, query, asked)
    return render(request, "search/search.html", context)


def _answer(request: HttpRequest, query: Query, asked: ways.SearchQuery) -> dict[str, object]:
    found = _found(query, asked, request.user)
    # Papers stand for everything, so their facets do too.
    of = "papers" if asked.kind == "everything" else asked.kind
    to_paper = "paper__" if of == "summaries" else ""
    known, facets = {}, []
    if of != "people":
        known[of], facets = count_facets(found[of], query, to_paper=to_paper)
    counts = {kind: known[kind] if kind in known else rows.count() for kind, rows in found.items()}
    total = sum(counts.values()) if asked.kind == "everything" else counts[asked.kind]
    context = {
        "tabs": ways.tabs(asked, counts),
        "told": ways.results_message(counts, asked.kind),
        "total": total,
        "facets": ways.facets(asked, facets, known.get(of, 0)),
        "question_without_years": without(query, "year"),
        **_hits(request, query, asked, found, counts),
    }
    if sum(counts.values()) < FEW_HITS:
        context["proposal"] = ways.proposal(asked, propose(query, user=request.user))
    if not total:
        context |= ways.nothing(asked, query, counts, _finder(asked.kind, request.user))
    return context


def _found(query: Query, asked: ways.SearchQuery, user) -> dict[str, QuerySet]:
    papers = papers_in_order(search_all_papers(query), asked.order)
    summaries = summaries_in_order(search_summaries(query, user=user), asked.order)
    return {
        "papers": papers.annotate(votes=F("ranking__top_summary__score"))
        .select_related("venue")
        .prefetch_related("identifiers"),
        "summaries": summaries.select_related("author", "paper__venue"),
        "people": search_people(query),
    }


def _finder(kind: str, user) -> Callable[[str], QuerySet]:
    """What a question in text finds of one kind; papers stand for everything."""
    if kind == "summaries":
        return lambda text: search_summaries(parse(text), user=user)
    if kind == "people":
        return lambda text: search_people(parse(text))
    return lambda text: search_all_papers(parse(text))


def _hits(
    request: HttpRequest,
    query: Query,
    asked: ways.SearchQuery,
    found: dict[str, QuerySet],
    counts: dict[str, int],
) -> dict[str, object]:
    if asked.kind == "everything":
        return {
            kind: {
                "hits": HITS[kind](list(rows[: FEW[kind]]), query) if counts[kind] else [],
                "count": counts[kind],
                "more": asked.address(kind=kind) if counts[kind] > FEW[kind] else "",
            }
            for kind, rows in found.items()
        }
    kind = asked.kind
    pages = Paginator(found[kind], PAGE_SIZE)
    # Counted already, and bounded.
    pages.count = min(counts[kind], PAGE_SIZE * MOST_PAGES)
    page = pages.get_page(request.GET.get("page"))
    hits = HITS[kind](list(page.object_list), query) if counts[kind] else []
    return {
        kind: {"hits": hits, "count": counts[kind]},
        "page": page,
        "previous": asked.address(page=page.number - 1) if page.has_previous() else "",
        "next": asked.address(page=page.number + 1) if page.has_next() else "",
    }


def _chosen(request: HttpRequest, name: str, choices: dict) -> str:
    value = request.GET.get(name, "")
    return value if value in choices else next(iter(choices))


def _paper_named(name: PaperId | None) -> Paper | None:
    # A citation key may be any word; one without a digit or a slash is more likely a question.
    if name is None or (name.scheme == "key" and not re.search(r"[\d/]", name.value)):
        return None
    return find_paper(name)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """?q= what is typed so far: [what was typed, [titles], [words beside them], [addresses]], as
    browsers' search fields want it, and how many there are in words for who cannot see them.

    The form: https://github.com/dewitt/opensearch, extension "Suggestions"
    """
    wait_seconds = hit(f"suggest:{client_ip(request)}", SUGGESTIONS_PER_MINUTE, 60)
    if wait_seconds:
        return too_many_requests(wait_seconds)
    typed = " ".join(request.GET.get("q", "").split())[:200]
    found = suggest(typed, user=AnonymousUser())
    told = ngettext("%(count)s suggestion", "%(count)s suggestions", len(found))
    answer = [
        typed,
        [item.title for item in found],
        [item.told for item in found],
        [request.build_absolute_uri(item.path) for item in found],
        told % {"count": len(found)},
    ]
    response = JsonResponse(answer, safe=False, content_type="application/x-suggestions+json")
    response["Cache-Control"] = "public, max-age=300"
    return response

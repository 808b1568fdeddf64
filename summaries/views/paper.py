"""The page of a paper, of one summary, its history and its source."""

from django.db.models import Count, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.display_preferences import has_cards
from common.text.integers import number_in
from papers.citations import formats
from papers.citations.openurl import coins
from papers.links import links_of, notice_url, versions_of
from papers.models import Paper
from summaries.actions.claim_authorship import may_claim
from summaries.actions.request_summary import wishes_of
from summaries.citation_cards import cards_for
from summaries.diff import word_diff
from summaries.editor import preview, publish_warnings
from summaries.models import Citation, Summary
from summaries.ranking import best_first
from summaries.similar_papers import similar_to
from summaries.threads import (
    attach_first_comments,
    mark_authors,
    questions_on,
    threads_under,
)
from summaries.views.login_required import give_back, removed_summary

SUMMARY_ORDERS = {
    "best": (gettext_lazy("Best first"), best_first.COLUMNS),
    "newest": (gettext_lazy("Newest first"), ["-published_at", "-pk"]),
    "shortest": (gettext_lazy("Shortest first"), ["word_count", "pk"]),
}
AUTHORS_SHOWN = 10
READ_NEXT = 6
REVISIONS_SHOWN = 20


@require_safe
def paper(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """?sort= best, newest or shortest; another slug leads to the right address."""
    papers = Paper.objects.for_lists().select_related("field").prefetch_related("versions")
    found = get_object_or_404(papers, pk=pk)
    if slug != found.slug:
        return redirect(found, permanent=True)
    context = paper_context(found, request)
    # Tools of the original read from the status whether there is anything to read.
    is_empty = "bibtexKey" in request.GET and not context["summaries"]
    return render(request, "summaries/paper.html", context, status=203 if is_empty else 200)


def paper_context(found: Paper, request: HttpRequest, **more: object) -> dict[str, object]:
    """All that the page of a paper shows; a refused question comes back through `more`."""
    # ?order= is what links of before say.
    order = request.GET.get("sort") or request.GET.get("order", "")
    order = order if order in SUMMARY_ORDERS else "best"
    summaries = list(
        Summary.objects.published()
        .filter(paper=found)
        .select_related("author")
        .with_vote_of(request.user)
        .order_by(*SUMMARY_ORDERS[order][1])
    )
    for written in summaries:
        written.paper = found
    claimants = mark_authors(summaries, found)
    attach_first_comments(summaries, claimants=claimants)
    links = links_of(found)
    mine = None
    if request.user.is_authenticated:
        mine = Summary.objects.visible_to(request.user).filter(paper=found, author=request.user)
        mine = mine.first()
    return {
        "paper": found,
        "authors": list(found.authorships.all()),
        "authors_shown": AUTHORS_SHOWN,
        "links": [link for link in links if link.is_main],
        "more_links": [link for link in links if not link.is_main],
        "versions": versions_of(found),
        "notice_url": notice_url(found),
        "summaries": summaries,
        "mine": mine,
        "orders": {key: label for key, (label, columns) in SUMMARY_ORDERS.items()},
        "order": order,
        "bibtex": formats.bibtex(found),
        "coins": coins(found),
        "cited_count": _cited_in(found),
        "read_next": _read_next(found),
        "has_math": any(summary.has_math for summary in summaries)
        or "<math" in f"{found.title_html}{found.abstract_html}",
        "cards": cards_for(summaries) if summaries and has_cards(request.user) else {},
        "wished": not summaries and found.pk in wishes_of(request.user, [found]),
        "questions": questions_on(found, request.user, claimants=claimants),
        "has_claimed": request.user.pk in claimants,
        "may_claim": may_claim(found, request.user),
        **more,
    }


def _cited_in(paper: Paper) -> int:
    public = Summary.objects.published()
    return (
        Citation.objects.filter(paper=paper, summary__in=public)
        .exclude(summary__paper=paper)
        .count()
    )


def _read_next(paper: Paper) -> list[dict[str, object]]:
    """Papers that this paper's summaries cite, then those whose summaries cite this one, then
    those that read alike, then the most summarised of its venue and year: 6 at most."""
    public = Summary.objects.published()
    cited = Paper.objects.filter(citations__summary__in=public.filter(paper=paper))
    citing = Paper.objects.filter(summaries__in=public.filter(citations__paper=paper))
    found: dict[int, dict[str, object]] = {}
    for papers, why in ((cited, _("cited here")), (citing, _("cites this paper"))):
        ranked = papers.exclude(pk=paper.pk).annotate(times=Count("pk")).order_by("-times", "-pk")
        for other in ranked[:3]:
            found.setdefault(other.pk, {"paper": other, "why": why})
    for other in similar_to(paper, most=READ_NEXT):
        found.setdefault(other.pk, {"paper": other, "why": _("on the same subject")})
    if len(found) < 3 and paper.venue_id and paper.year:
        same_place = Paper.objects.filter(venue=paper.venue_id, year=paper.year)
        others = same_place.filter(summary_count__gt=0).exclude(pk=paper.pk)
        for other in others.order_by("-summary_count", "pk")[:3]:
            why = f"{paper.venue.name} {paper.year}"
            found.setdefault(other.pk, {"paper": other, "why": why})
    return list(found.values())[:READ_NEXT]


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    found = (
        Summary.objects.visible_to(request.user)
        .select_related("author", "paper__venue", "paper__field")
        .with_vote_of(request.user)
        .filter(pk=pk)
        .first()
    )
    if found is None:
        if Summary.objects.deleted_by(request.user).filter(pk=pk).exists():
            return redirect("summary-restore", pk=pk)
        own = removed_summary(request, pk)
        return give_back(request, own=own) if own else _taken_away(request, pk)
    unreadable = preview.show_as_kept(found)
    return render(
        request,
        "summaries/summary.html",
        summary_context(found, request.user, unreadable=unreadable),
    )


def _taken_away(request: HttpRequest, pk: int) -> HttpResponse:
    """410 with the way to its paper for what everybody could read once; all else is unknown."""
    gone = get_object_or_404(Summary.objects.taken_away().select_related("paper"), pk=pk)
    return render(request, "410.html", {"paper": gone.paper}, status=410)


def summary_context(found: Summary, viewer, **more: object) -> dict[str, object]:
    """All that the page of a summary shows; a refused comment comes back through `more`."""
    claimants = mark_authors([found], found.paper)
    prefetch_related_objects([found.paper], "identifiers")
    siblings = list(
        Summary.objects.published()
        .filter(paper=found.paper_id)
        .select_related("author")
        .defer("text", "html", "excerpt_html", "plain_text")
        .ranked()
    )
    numbers = [sibling.pk for sibling in siblings]
    position = numbers.index(found.pk) if found.pk in numbers else None
    cited = found.citations.filter(paper__isnull=False).select_related("paper__venue")
    cited_by = (
        Summary.objects.published()
        .filter(citations__paper=found.paper_id)
        .exclude(paper=found.paper_id)
        .select_related("paper", "author")
        .defer("text", "html", "excerpt_html", "plain_text")
        .ranked()[:10]
    )
    return {
        "summary": found,
        "paper": found.paper,
        "notice_url": notice_url(found.paper),
        "siblings": siblings,
        "position": position,
        "before": siblings[position - 1] if position else None,
        "next": siblings[position + 1]
        if position is not None and position + 1 < len(siblings)
        else None,
        "others": [sibling for sibling in siblings if sibling.pk != found.pk],
        "has_math": found.has_math or "<math" in found.paper.title_html,
        "cards": cards_for([found]) if has_cards(viewer) else {},
        "threads": threads_under(found, viewer, claimants=claimants),
        "cited": list({item.paper_id: item.paper for item in cited}.values()),
        "cited_by": cited_by,
        "link_words": publish_warnings.SHARED_BY_LINK,
        "deleting_words": publish_warnings.DELETED,
        **more,
    }


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The revisions, the newest first, with the words that changed; ?before=N for older ones."""
    found = get_object_or_404(
        Summary.objects.visible_to(request.user).select_related("author", "paper"), pk=pk
    )
    before = number_in(request.GET.get("before", ""))
    all_of_them = found.revisions.select_related("suggestion__proposer")
    if before:
        all_of_them = all_of_them.filter(number__lt=before)
    revisions = list(all_of_them[: REVISIONS_SHOWN + 1])
    compared_with = [*revisions[1:], None][: len(revisions)]
    revisions = revisions[:REVISIONS_SHOWN]
    for newer, older in zip(revisions, compared_with[:REVISIONS_SHOWN], strict=True):
        newer.changes = word_diff(older.text, newer.text) if older else []
        newer.is_restorable = newer.text != found.text
        newer.new_licence = older is not None and newer.licence != older.licence
    context = {
        "summary": found,
        "paper": found.paper,
        "revisions": revisions,
        "has_older": bool(revisions) and revisions[-1].number > 1,
        "may_restore": Summary.objects.editable_by(request.user).contains(found)
        if request.user.is_authenticated
        else False,
    }
    return render(request, "summaries/history.html", context)


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Summary.objects.visible_to(request.user), pk=pk)
    # Browsers download text/markdown instead of showing it.
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8")

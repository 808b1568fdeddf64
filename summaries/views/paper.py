"""The pages of a paper and of a summary, with its history and source."""

from django.db.models import Count, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.display_preferences import has_cards
from common.text.integers import parse_positive_int
from papers.citations import formats
from papers.citations.openurl import coins
from papers.links import links_of, notice_url, versions_of
from papers.models import Paper
from summaries.actions.claim_authorship import may_claim
from summaries.actions.request_summary import requests_of
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
from summaries.views.login_required import removed_summary, return_typed_text

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
    """Show a paper; ?sort= is best, newest or shortest. Another slug redirects to the right one."""
    papers = Paper.objects.for_lists().select_related("field").prefetch_related("versions")
    match = get_object_or_404(papers, pk=pk)
    if slug != match.slug:
        return redirect(match, permanent=True)
    context = paper_context(match, request)
    # Tools for the original site see from the status whether there is a summary.
    is_empty = "bibtexKey" in request.GET and not context["summaries"]
    return render(request, "summaries/paper.html", context, status=203 if is_empty else 200)


def paper_context(paper: Paper, request: HttpRequest, **more: object) -> dict[str, object]:
    """Return the context of a paper's page; `more` shows a refused question again."""
    # ?order= is what links of before say.
    order = request.GET.get("sort") or request.GET.get("order", "")
    order = order if order in SUMMARY_ORDERS else "best"
    summaries = list(
        Summary.objects.published()
        .filter(paper=paper)
        .select_related("author")
        .with_vote_of(request.user)
        .order_by(*SUMMARY_ORDERS[order][1])
    )
    for row in summaries:
        row.paper = paper
    claimants = mark_authors(summaries, paper)
    attach_first_comments(summaries, claimants=claimants)
    links = links_of(paper)
    mine = None
    if request.user.is_authenticated:
        mine = Summary.objects.visible_to(request.user).filter(paper=paper, author=request.user)
        mine = mine.first()
    return {
        "paper": paper,
        "authors": list(paper.authorships.all()),
        "authors_shown": AUTHORS_SHOWN,
        "links": [link for link in links if link.is_main],
        "more_links": [link for link in links if not link.is_main],
        "versions": versions_of(paper),
        "notice_url": notice_url(paper),
        "summaries": summaries,
        "mine": mine,
        "orders": {key: label for key, (label, columns) in SUMMARY_ORDERS.items()},
        "order": order,
        "bibtex": formats.bibtex(paper),
        "coins": coins(paper),
        "cited_count": _cited_in(paper),
        "read_next": _read_next(paper),
        "has_math": any(summary.has_math for summary in summaries)
        or "<math" in f"{paper.title_html}{paper.abstract_html}",
        "cards": cards_for(summaries) if summaries and has_cards(request.user) else {},
        "wished": not summaries and paper.pk in requests_of(request.user, [paper]),
        "questions": questions_on(paper, request.user, claimants=claimants),
        "has_claimed": request.user.pk in claimants,
        "may_claim": may_claim(paper, request.user),
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
    """Return at most READ_NEXT related papers, each with the reason.

    First papers cited by this paper's summaries, then those whose summaries cite this one, then
    similar papers, then the most summarised of its venue and year.
    """
    public = Summary.objects.published()
    cited = Paper.objects.filter(citations__summary__in=public.filter(paper=paper))
    citing = Paper.objects.filter(summaries__in=public.filter(citations__paper=paper))
    choices: dict[int, dict[str, object]] = {}
    for papers, why in ((cited, _("cited here")), (citing, _("cites this paper"))):
        ranked = papers.exclude(pk=paper.pk).annotate(times=Count("pk")).order_by("-times", "-pk")
        for other in ranked[:3]:
            choices.setdefault(other.pk, {"paper": other, "why": why})
    for other in similar_to(paper, most=READ_NEXT):
        choices.setdefault(other.pk, {"paper": other, "why": _("on the same subject")})
    if len(choices) < 3 and paper.venue_id and paper.year:
        same_place = Paper.objects.filter(venue=paper.venue_id, year=paper.year)
        others = same_place.filter(summary_count__gt=0).exclude(pk=paper.pk)
        for other in others.order_by("-summary_count", "pk")[:3]:
            why = f"{paper.venue.name} {paper.year}"
            choices.setdefault(other.pk, {"paper": other, "why": why})
    return list(choices.values())[:READ_NEXT]


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a summary, or why it is no longer there."""
    match = (
        Summary.objects.visible_to(request.user)
        .select_related("author", "paper__venue", "paper__field")
        .with_vote_of(request.user)
        .filter(pk=pk)
        .first()
    )
    if match is None:
        if Summary.objects.deleted_by(request.user).filter(pk=pk).exists():
            return redirect("summary-restore", pk=pk)
        own = removed_summary(request, pk)
        return return_typed_text(request, own=own) if own else _deleted_summary(request, pk)
    unreadable = preview.render_unsaved_draft(match)
    return render(
        request,
        "summaries/summary.html",
        summary_context(match, request.user, unreadable=unreadable),
    )


def _deleted_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer 410 with a link to the paper if the summary was public; otherwise 404."""
    gone = get_object_or_404(
        Summary.objects.deleted_after_publication().select_related("paper"), pk=pk
    )
    return render(request, "410.html", {"paper": gone.paper}, status=410)


def summary_context(summary: Summary, viewer, **more: object) -> dict[str, object]:
    """Return the context of a summary's page; `more` shows a refused comment again."""
    claimants = mark_authors([summary], summary.paper)
    prefetch_related_objects([summary.paper], "identifiers")
    siblings = list(
        Summary.objects.published()
        .filter(paper=summary.paper_id)
        .select_related("author")
        .defer("text", "html", "excerpt_html", "plain_text")
        .ranked()
    )
    pks = [sibling.pk for sibling in siblings]
    position = pks.index(summary.pk) if summary.pk in pks else None
    cited = summary.citations.filter(paper__isnull=False).select_related("paper__venue")
    cited_by = (
        Summary.objects.published()
        .filter(citations__paper=summary.paper_id)
        .exclude(paper=summary.paper_id)
        .select_related("paper", "author")
        .defer("text", "html", "excerpt_html", "plain_text")
        .ranked()[:10]
    )
    return {
        "summary": summary,
        "paper": summary.paper,
        "notice_url": notice_url(summary.paper),
        "siblings": siblings,
        "position": position,
        "before": siblings[position - 1] if position else None,
        "next": siblings[position + 1]
        if position is not None and position + 1 < len(siblings)
        else None,
        "others": [sibling for sibling in siblings if sibling.pk != summary.pk],
        "has_math": summary.has_math or "<math" in summary.paper.title_html,
        "cards": cards_for([summary]) if has_cards(viewer) else {},
        "threads": threads_under(summary, viewer, claimants=claimants),
        "cited": list({item.paper_id: item.paper for item in cited}.values()),
        "cited_by": cited_by,
        "link_words": publish_warnings.SHARED_BY_LINK,
        "deleting_words": publish_warnings.DELETED,
        **more,
    }


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the revisions, the newest first, with what changed; ?before=N for older ones."""
    summary = get_object_or_404(
        Summary.objects.visible_to(request.user).select_related("author", "paper"), pk=pk
    )
    before = parse_positive_int(request.GET.get("before", ""))
    rows = summary.revisions.select_related("suggestion__proposer")
    if before:
        rows = rows.filter(number__lt=before)
    revisions = list(rows[: REVISIONS_SHOWN + 1])
    compared_with = [*revisions[1:], None][: len(revisions)]
    revisions = revisions[:REVISIONS_SHOWN]
    for newer, older in zip(revisions, compared_with[:REVISIONS_SHOWN], strict=True):
        newer.changes = word_diff(older.text, newer.text) if older else []
        newer.is_restorable = newer.text != summary.text
        newer.new_licence = older is not None and newer.licence != older.licence
    context = {
        "summary": summary,
        "paper": summary.paper,
        "revisions": revisions,
        "has_older": bool(revisions) and revisions[-1].number > 1,
        "may_restore": Summary.objects.editable_by(request.user).contains(summary)
        if request.user.is_authenticated
        else False,
    }
    return render(request, "summaries/history.html", context)


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the Markdown of a summary as plain text."""
    summary = get_object_or_404(Summary.objects.visible_to(request.user), pk=pk)
    # Browsers download text/markdown instead of showing it.
    return HttpResponse(summary.text, content_type="text/plain; charset=utf-8")

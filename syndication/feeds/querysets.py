"""The entries of each feed; all of them are public, whoever requests it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.usernames import current_holder
from common.fulltext import Query
from common.texmath.unicode_text import readable
from common.text.shorten import shorten
from papers.models import Authorship, Field, Paper, Venue
from papers.serializers import identifier_of, serialize_paper
from search.index import parse, search_summaries
from summaries.models import Comment, PaperRanking, Summary
from summaries.querysets import RANKING_ORDERS
from summaries.serializers import serialize_comment, serialize_summary
from syndication.feeds.formats import Entry, absolute

LENGTH = 30
EXCERPT_LETTERS = 400
# ?time= of the home page.
DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


@dataclass(frozen=True)
class Listing:
    """A list with its page for people; `name` is "" for the whole site."""

    name: str
    page: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        return f"{self.name} · {settings.SITE_NAME}" if self.name else settings.SITE_NAME


def home(request: HttpRequest) -> Listing:
    """Return the feed of the home page: ?sort= (default `recent`), ?field=, ?time=."""
    order = request.GET.get("sort", "recent")
    order = order if order in RANKING_ORDERS else "recent"
    slug = request.GET.get("field", "")
    field = Field.objects.filter(slug=slug).first() if slug else None
    time = request.GET.get("time", "")
    since = timezone.now() - datetime.timedelta(days=DAYS[time]) if time in DAYS else None
    params = {"sort": order} | ({"field": field.slug} if field else {})
    params |= {"time": time} if since else {}
    field_ids = field and [field.pk, *field.children.values_list("pk", flat=True)]
    if order == "recent":
        summaries = Summary.objects.published()
        if field_ids:
            summaries = summaries.filter(paper__field__in=field_ids)
        if since:
            summaries = summaries.filter(published_at__gte=since)
        summaries = _newest(summaries)
    else:
        standings = PaperRanking.objects.in_order(order)
        if field_ids:
            standings = standings.filter(paper__field__in=field_ids)
        if since:
            standings = standings.filter(latest_at__gte=since)
        ranked = list(standings.values_list("top_summary", flat=True)[:LENGTH])
        by_id = _read(Summary.objects.published()).in_bulk(ranked)
        summaries = [by_id[pk] for pk in ranked if pk in by_id]
    name = _home_name(order, field)
    return Listing(name, f"{reverse('home')}?{urlencode(params)}", _entries(summaries))


def _home_name(order: str, field: Field | None) -> str:
    names = {
        "recent": (_("Recent summaries"), _("Recent summaries in %(field)s")),
        "popular": (_("Popular summaries"), _("Popular summaries in %(field)s")),
        "best": (_("Best summaries"), _("Best summaries in %(field)s")),
        "discussed": (_("Discussed summaries"), _("Discussed summaries in %(field)s")),
    }
    everywhere, somewhere = names[order]
    return somewhere % {"field": field.shown_name} if field else everywhere


def paper(request: HttpRequest, pk: int) -> Listing:
    """Return the feed of a paper's summaries."""
    match = get_object_or_404(Paper, pk=pk)
    return _listing(
        readable(match.title), match.get_absolute_url(), Summary.objects.filter(paper=match)
    )


def venue(request: HttpRequest, slug: str) -> Listing:
    """Return the feed of the summaries of a venue's papers."""
    match = get_object_or_404(Venue, slug=slug)
    return _listing(
        match.name, match.get_absolute_url(), Summary.objects.filter(paper__venue=match)
    )


def venue_year(request: HttpRequest, slug: str, year: int) -> Listing:
    """Return the feed of the summaries of a venue's papers of one year."""
    match = get_object_or_404(Venue, slug=slug)
    summaries = Summary.objects.filter(paper__venue=match, paper__year=year)
    return _listing(f"{match.name} {year}", reverse("venue-year", args=[slug, year]), summaries)


def author(request: HttpRequest, slug: str) -> Listing:
    """Return the feed of the summaries of an author's papers."""
    authorships = Authorship.objects.filter(name_slug=slug)
    name = get_object_or_404(authorships[:1]).name
    return _listing(
        _("Papers by %(name)s") % {"name": name},
        reverse("author", args=[slug]),
        Summary.objects.filter(paper__in=authorships.values("paper")),
    )


def user(request: HttpRequest, username: str) -> Listing:
    """Return the feed of a person's signed summaries."""
    person = User.objects.filter(username__iexact=username, is_active=True).first()
    person = person or current_holder(username)
    if person is None:
        raise Http404
    return _listing(
        _("Summaries by %(name)s") % {"name": person.display_name},
        person.get_absolute_url(),
        Summary.objects.signed_by(person),
    )


def search(request: HttpRequest) -> Listing:
    """Return the feed of the summaries that match ?q=, the newest first."""
    query: Query = parse(request.GET.get("q", ""))
    summaries = search_summaries(query, user=AnonymousUser())
    page = f"{reverse('search')}?{urlencode({'q': query.text, 'type': 'summaries'})}"
    return _listing(_("Search for %(words)s") % {"words": query.text}, page, summaries)


def comments(request: HttpRequest, pk: int) -> Listing:
    """Return the feed of the comments on a public summary, the newest first."""
    summary = get_object_or_404(Summary.objects.published().select_related("paper"), pk=pk)
    shown = Comment.objects.shown().filter(summary=summary).select_related("author")
    newest = shown.order_by("-created_at", "-pk")[:LENGTH]
    return Listing(
        _("Comments on a summary of %(title)s") % {"title": readable(summary.paper.title)},
        summary.get_absolute_url(),
        tuple(_comment_entry(comment, summary.paper) for comment in newest),
    )


def _listing(name: str, page: str, summaries: QuerySet[Summary]) -> Listing:
    return Listing(name, page, _entries(_newest(summaries.published())))


def _newest(summaries: QuerySet[Summary]) -> QuerySet[Summary]:
    return _read(summaries).order_by("-published_at", "-pk")[:LENGTH]


def _read(summaries: QuerySet[Summary]) -> QuerySet[Summary]:
    return summaries.for_lists().select_related("author", "paper__venue", "paper__field")


def entries_of(summaries: QuerySet[Summary]) -> tuple[Entry, ...]:
    """Return entries for public summaries, in their order, for feeds of other apps."""
    return _entries(_read(summaries))


def _entries(summaries: Iterable[Summary]) -> tuple[Entry, ...]:
    return tuple(_entry(summary) for summary in summaries)


def _entry(row: Summary) -> Entry:
    summary, paper = serialize_summary(row), serialize_paper(row.paper)
    byline, address = summary["byline"], summary["address"]
    arxiv = identifier_of(paper, "arxiv")
    return Entry(
        address=address,
        title=_("%(title)s: summary by %(name)s")
        % {"title": readable(paper["title"]), "name": byline["name"]},
        html=absolute(summary["html"], site=settings.SITE_URL, page=address),
        excerpt=shorten(readable(summary["plain_text"]), EXCERPT_LETTERS),
        author=byline["name"],
        author_address=byline["address"],
        published_at=summary["published_at"],
        updated_at=summary["updated_at"],
        tags=tuple(
            tag for tag in (paper["field"], paper["venue"] and paper["venue"]["name"]) if tag
        ),
        paper_address=paper["address"],
        arxiv_id=arxiv["value"] if arxiv else "",
        citation_key=paper["citation_key"],
        score=summary["score"],
        licence=summary["licence"],
        licence_address=summary["licence_address"],
        paper_version=summary["paper_version"],
    )


def _comment_entry(row: Comment, paper: Paper) -> Entry:
    comment = serialize_comment(row)
    byline, address = comment["byline"], comment["address"]
    return Entry(
        address=address,
        title=_("%(name)s on %(title)s") % {"name": byline["name"], "title": readable(paper.title)},
        html=absolute(comment["html"], site=settings.SITE_URL, page=address.partition("#")[0]),
        excerpt=shorten(comment["text"], EXCERPT_LETTERS),
        author=byline["name"],
        author_address=byline["address"],
        published_at=comment["created_at"],
        updated_at=comment["created_at"],
    )

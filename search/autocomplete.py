"""Suggestions of the search field: papers, their authors, and venues."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.fulltext import some
from common.fulltext.words import plain_words
from common.text.plurals import pluralize_count
from papers.importing.paper_bundle import author_slug
from papers.models import Paper, Venue
from papers.search import PaperDocument, search_papers
from search.did_you_mean import propose
from search.index import parse

FEWEST_CHARACTERS = 2
MOST_PAPERS, MOST_AUTHORS, MOST_VENUES = 6, 2, 2
MOST_RANKED = 2000
# The number of papers whose authors are searched.
MOST_BYLINES = 20


@dataclass(frozen=True)
class Suggestion:
    """One suggestion; `detail` is shown beside the title, `path` is the page."""

    title: str
    detail: str
    path: str


def suggest(typed: str, *, user) -> list[Suggestion]:
    """Return suggestions for an incomplete query, the best first.

    It runs two queries, and five more when there is no suggestion and a word may be misspelt.
    """
    if len(typed) < FEWEST_CHARACTERS:
        return []
    query = parse(typed, is_typing=True)
    papers = Paper.objects.select_related("venue").defer("abstract", "abstract_html", "title_html")
    if query.terms:
        papers = papers.filter(pk__in=some(PaperDocument, query, most=MOST_RANKED))
    matches = list(search_papers(query, papers=papers)[:MOST_BYLINES])
    suggestions = [
        *_venues(typed),
        *_authors(typed, matches),
        *[_paper(paper) for paper in matches[:MOST_PAPERS]],
    ]
    if not suggestions:
        meant = propose(parse(typed), user=user)
        if meant:
            path = f"{reverse('search')}?{urlencode({'q': meant.text})}"
            suggestions.append(Suggestion(meant.text, _("Did you mean this?"), path))
    return suggestions


def _paper(paper: Paper) -> Suggestion:
    where = " ".join(str(part) for part in (paper.venue and paper.venue.name, paper.year) if part)
    count = pluralize_count(paper.summary_count, "summaries") if paper.summary_count else ""
    detail = " · ".join(filter(None, [where, count])) or _("Paper")
    return Suggestion(paper.title, detail, paper.get_absolute_url())


def _authors(typed: str, papers: list[Paper]) -> list[Suggestion]:
    """Suggest authors of the matching papers whose names contain all typed word beginnings."""
    beginnings = plain_words(typed)
    names = Counter(
        name
        for paper in papers
        for name in paper.authors_text.split("; ")
        if beginnings and _begins(beginnings, plain_words(name))
    )
    return [
        Suggestion(name, _("Author"), reverse("author", args=[slug]))
        for name, _count in names.most_common(MOST_AUTHORS)
        if (slug := author_slug(name))
    ]


def _begins(beginnings: list[str], names: list[str]) -> bool:
    return all(any(name.startswith(beginning) for name in names) for beginning in beginnings)


def _venues(typed: str) -> list[Suggestion]:
    named = Q(name__istartswith=typed) | Q(full_name__istartswith=typed)
    venues = Venue.objects.filter(named).order_by("name", "pk")
    return [
        Suggestion(
            venue.name,
            venue.full_name if venue.full_name != venue.name else _("Venue"),
            venue.get_absolute_url(),
        )
        for venue in venues[:MOST_VENUES]
    ]

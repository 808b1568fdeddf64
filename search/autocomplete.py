"""What a search field suggests while somebody types: papers, their authors, venues."""

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
# Whose names are looked through for what is typed.
MOST_BYLINES = 20


@dataclass(frozen=True)
class Suggestion:
    """One line: `told` stands beside the title, `path` is the page."""

    title: str
    told: str
    path: str


def suggest(typed: str, *, user) -> list[Suggestion]:
    """What `typed` may be the beginning of, the likeliest first; two queries, and five more when
    nothing begins so and a word may be misspelt."""
    if len(typed) < FEWEST_CHARACTERS:
        return []
    query = parse(typed, is_typing=True)
    papers = Paper.objects.select_related("venue").defer("abstract", "abstract_html", "title_html")
    if query.wanted:
        papers = papers.filter(pk__in=some(PaperDocument, query, most=MOST_RANKED))
    found = list(search_papers(query, papers=papers)[:MOST_BYLINES])
    suggestions = [
        *_venues(typed),
        *_authors(typed, found),
        *[_paper(paper) for paper in found[:MOST_PAPERS]],
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
    told = " · ".join(filter(None, [where, count])) or _("Paper")
    return Suggestion(paper.title, told, paper.get_absolute_url())


def _authors(typed: str, papers: list[Paper]) -> list[Suggestion]:
    """Of the papers that were found, the authors in whose names all typed words begin."""
    wanted = plain_words(typed)
    names = Counter(
        name
        for paper in papers
        for name in paper.authors_text.split("; ")
        if wanted and _begins(wanted, plain_words(name))
    )
    return [
        Suggestion(name, _("Author"), reverse("author", args=[slug]))
        for name, _count in names.most_common(MOST_AUTHORS)
        if (slug := author_slug(name))
    ]


def _begins(wanted: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(beginning) for word in words) for beginning in wanted)


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

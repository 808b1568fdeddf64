"""Present search results: highlighted titles, names and excerpts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber, Substr
from django.utils.safestring import SafeString

from accounts.models import User
from common import fulltext
from common.fulltext import LONGEST_TEXT, HighlightedTerms, Query
from common.text.tex_to_html import plain_to_html
from papers.models import Paper
from search.models import SummaryDocument
from summaries.models import Summary
from summaries.ranking import best_first

_TITLE = frozenset({"title"})
_AUTHORS = frozenset({"authors"})


@dataclass(frozen=True)
class PaperHit:
    """A paper in the results.

    `where` is an excerpt of the summary `summary_id` or, when that is None, of the abstract.
    """

    paper: Paper
    title: SafeString
    authors: SafeString
    where: SafeString
    summary_id: int | None


@dataclass(frozen=True)
class SummaryHit:
    """A summary in the results; `where` is an excerpt of it."""

    summary: Summary
    title: SafeString
    where: SafeString


@dataclass(frozen=True)
class PersonHit:
    """A person in the results."""

    person: User
    name: SafeString


def paper_hits(papers: Sequence[Paper], query: Query) -> list[PaperHit]:
    """Return the hits in the order of `papers`, with one query for the summaries of all."""
    highlights = fulltext.highlighted_terms(query, columns=frozenset())
    summaries = {row["paper_id"]: row for row in _best_summaries(papers, query)}
    hits = []
    for paper in papers:
        summary = summaries.get(paper.pk)
        excerpt = fulltext.excerpt(summary["beginning"], highlights) if summary else ""
        summary_id = summary["pk"] if excerpt else None
        where = excerpt or _around(paper.abstract, highlights)
        hits.append(
            PaperHit(
                paper=paper,
                title=_title(paper, query),
                authors=fulltext.mark_hits(
                    paper.authors_text.replace("; ", ", "),
                    fulltext.highlighted_terms(query, columns=_AUTHORS),
                ),
                where=_typeset(where, highlights),
                summary_id=summary_id,
            )
        )
    return hits


def summary_hits(summaries: Sequence[Summary], query: Query) -> list[SummaryHit]:
    """Return the hits in the order of `summaries`."""
    highlights = fulltext.highlighted_terms(query, columns=frozenset())
    return [
        SummaryHit(
            summary=summary,
            title=_title(summary.paper, query),
            where=_typeset(_around(summary.plain_text, highlights), highlights),
        )
        for summary in summaries
    ]


def person_hits(people: Sequence[User], query: Query) -> list[PersonHit]:
    """Return the hits in the order of `people`."""
    highlights = fulltext.highlighted_terms(query, columns=frozenset())
    return [
        PersonHit(person, fulltext.mark_hits(person.display_name, highlights)) for person in people
    ]


def _title(paper: Paper, query: Query) -> SafeString:
    highlights = fulltext.highlighted_terms(query, columns=_TITLE)
    if paper.title_html:
        return fulltext.mark_html_hits(paper.title_html, highlights)
    return fulltext.mark_hits(paper.title, highlights)


def _around(text: str, highlights: HighlightedTerms) -> str:
    return fulltext.excerpt(text, highlights) or fulltext.opening(text)


def _typeset(text: str, highlights: HighlightedTerms) -> SafeString:
    return fulltext.mark_html_hits(plain_to_html(text), highlights)


def _best_summaries(papers: Sequence[Paper], query: Query) -> QuerySet:
    """Return the beginning of the best matching published summary of each paper."""
    _, free = query.split(lambda term: bool(term.column))
    if not free.terms or not papers:
        return Summary.objects.none().values("pk", "paper_id")
    summaries = Summary.objects.published().filter(paper__in=[paper.pk for paper in papers])
    position = Window(
        RowNumber(),
        partition_by=F("paper"),
        order_by=best_first.COLUMNS,
    )
    return (
        fulltext.find(summaries, free, documents=SummaryDocument)
        .annotate(position=position)
        .filter(position=1)
        .annotate(beginning=Substr("plain_text", 1, LONGEST_TEXT))
        .values("pk", "paper_id", "beginning")
    )

"""What the search page shows of each paper, summary and person that was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber, Substr
from django.utils.safestring import SafeString

from accounts.models import User
from common import fulltext
from common.fulltext import LONGEST_TEXT, Query, Wanted
from common.text.tex_to_html import plain_to_html
from papers.models import Paper
from search.models import SummaryDocument
from summaries.models import Summary
from summaries.ranking import best_first

_TITLE = frozenset({"title"})
_AUTHORS = frozenset({"authors"})


@dataclass(frozen=True)
class PaperHit:
    """`where` is the sentence round the hit, from `summary_id` or, when None, the abstract."""

    paper: Paper
    title: SafeString
    authors: SafeString
    where: SafeString
    summary_id: int | None


@dataclass(frozen=True)
class SummaryHit:
    summary: Summary
    title: SafeString
    where: SafeString


@dataclass(frozen=True)
class PersonHit:
    person: User
    name: SafeString


def paper_hits(papers: Sequence[Paper], query: Query) -> list[PaperHit]:
    """Hits in the order of `papers`; one query for the summaries of all of them."""
    wanted = fulltext.wanted_words(query, columns=frozenset())
    summaries = {row["paper_id"]: row for row in _best_summaries(papers, query)}
    hits = []
    for paper in papers:
        summary = summaries.get(paper.pk)
        said = fulltext.excerpt(summary["beginning"], wanted) if summary else ""
        summary_id = summary["pk"] if said else None
        where = said or _around(paper.abstract, wanted)
        hits.append(
            PaperHit(
                paper=paper,
                title=_title(paper, query),
                authors=fulltext.mark_hits(
                    paper.authors_text.replace("; ", ", "),
                    fulltext.wanted_words(query, columns=_AUTHORS),
                ),
                where=_typeset(where, wanted),
                summary_id=summary_id,
            )
        )
    return hits


def summary_hits(summaries: Sequence[Summary], query: Query) -> list[SummaryHit]:
    wanted = fulltext.wanted_words(query, columns=frozenset())
    return [
        SummaryHit(
            summary=summary,
            title=_title(summary.paper, query),
            where=_typeset(_around(summary.plain_text, wanted), wanted),
        )
        for summary in summaries
    ]


def person_hits(people: Sequence[User], query: Query) -> list[PersonHit]:
    wanted = fulltext.wanted_words(query, columns=frozenset())
    return [PersonHit(person, fulltext.mark_hits(person.display_name, wanted)) for person in people]


def _title(paper: Paper, query: Query) -> SafeString:
    wanted = fulltext.wanted_words(query, columns=_TITLE)
    if paper.title_html:
        return fulltext.mark_html_hits(paper.title_html, wanted)
    return fulltext.mark_hits(paper.title, wanted)


def _around(text: str, wanted: Wanted) -> str:
    return fulltext.excerpt(text, wanted) or fulltext.opening(text)


def _typeset(text: str, wanted: Wanted) -> SafeString:
    return fulltext.mark_html_hits(plain_to_html(text), wanted)


def _best_summaries(papers: Sequence[Paper], query: Query) -> QuerySet:
    """Of every paper the best published summary that has the words; its beginning suffices."""
    _, free = query.split(lambda term: bool(term.column))
    if not free.wanted or not papers:
        return Summary.objects.none().values("pk", "paper_id")
    summaries = Summary.objects.published().filter(paper__in=[paper.pk for paper in papers])
    place = Window(
        RowNumber(),
        partition_by=F("paper"),
        order_by=best_first.COLUMNS,
    )
    return (
        fulltext.find(summaries, free, documents=SummaryDocument)
        .annotate(place=place)
        .filter(place=1)
        .annotate(beginning=Substr("plain_text", 1, LONGEST_TEXT))
        .values("pk", "paper_id", "beginning")
    )

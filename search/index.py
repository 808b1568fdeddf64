"""Search papers, summaries and people, and index summaries.

Only published summaries are indexed. The index does not contain the names of anonymous authors, and
`by:` searches signed summaries only, so that search cannot reveal an anonymous author.
"""

from collections.abc import Iterable, Iterator

from django.contrib.auth import get_user_model
from django.db.models import (
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from common import fulltext
from common.db.batches import in_batches
from papers.models import Paper
from papers.search import (
    BATCH_SIZE,
    COLUMN_OPERATORS,
    FILTER_OPERATORS,
    PaperDocument,
    SearchWord,
    filter_papers,
    search_papers,
)
from search.models import SummaryDocument
from summaries.models import Summary
from summaries.ranking import best_first


def _username(value: str) -> str:
    if not value:
        raise ValueError("The user name is empty.")
    return value.removeprefix("@")


OPERATORS = fulltext.Operators(
    columns=COLUMN_OPERATORS, filters={**FILTER_OPERATORS, "by": _username}
)


def parse(text: str, *, is_typing: bool = False) -> fulltext.Query:
    """Parse a query with the operators of the search page; see `common.fulltext.query.parse`."""
    return fulltext.parse(text, OPERATORS, is_typing=is_typing)


def index_summaries(summaries: Iterable[Summary | int]) -> int:
    """Index the published ones of `summaries` (rows or primary keys) and remove the others.

    Call it inside the transaction that changed a summary, its visibility or its author's name, or
    the title of its paper. Return how many were indexed.
    """
    # In one order, so that two processes that index the same summaries cannot deadlock.
    pks = sorted({getattr(summary, "pk", summary) for summary in summaries})
    count = 0
    for start in range(0, len(pks), BATCH_SIZE):
        batch = pks[start : start + BATCH_SIZE]
        published = list(
            Summary.objects.published()
            .filter(pk__in=batch)
            .select_related("paper", "author")
            .order_by("pk")
        )
        texts = {summary.pk: indexed_texts(summary) for summary in published}
        count += SummaryDocument.index.put(texts.items())
        SearchWord.vocabulary.learn(text for columns in texts.values() for text in columns.values())
        SummaryDocument.index.remove(set(batch) - {summary.pk for summary in published})
    return count


def index_summaries_of(papers: Iterable[Paper | int]) -> int:
    """Reindex the summaries of `papers` (rows or keys) after titles or authors changed."""
    pks = [getattr(paper, "pk", paper) for paper in papers]
    return index_summaries(list(Summary.objects.filter(paper__in=pks).values_list("pk", flat=True)))


def reindex_summaries() -> Iterator[int]:
    """Reindex all summaries; yield the number done after each batch."""
    count = 0
    for batch in in_batches(Summary.objects.values_list("pk", flat=True), BATCH_SIZE):
        count += index_summaries(batch)
        yield count
    SummaryDocument.index.optimise()


def search_all_papers(query: fulltext.Query) -> QuerySet[Paper]:
    """Search papers as `papers.search.search_papers` does, and support "by:"."""
    papers = Paper.objects.all()
    for item in _by(query):
        signed = _signed_by(item.value).values("paper")
        papers = papers.exclude(pk__in=signed) if item.is_negated else papers.filter(pk__in=signed)
    return search_papers(query, papers=papers)


def search_summaries(query: fulltext.Query, *, user) -> QuerySet[Summary]:
    """Return the published summaries that match a query, best first; none for an empty query.

    `title:`, `author:` and `venue:` search their papers.
    """
    summaries = Summary.objects.visible_to(user).published()
    if not query:
        return summaries.none()
    for item in _by(query):
        signed = _signed_by(item.value).values("pk")
        summaries = (
            summaries.exclude(pk__in=signed) if item.is_negated else summaries.filter(pk__in=signed)
        )
    summaries = filter_papers(summaries, query.filters, to_paper="paper__")
    summaries, query = _of_papers(summaries, query)
    matches = fulltext.find(summaries, query, documents=SummaryDocument)
    return matches.annotate(relevance=_relevance()).order_by("-relevance", *best_first.COLUMNS)


def papers_in_order(papers: QuerySet[Paper], order: str) -> QuerySet[Paper]:
    """Order papers by "date", or by the "votes" of the best summary of each.

    Any other order keeps the order of `search_all_papers`, best first.
    """
    if order == "date":
        return papers.order_by(
            F("year").desc(nulls_last=True), F("published_on").desc(nulls_last=True), "-id"
        )
    if order == "votes":
        votes = F("ranking__top_summary__score")
        return papers.order_by(votes.desc(nulls_last=True), "-summary_count", "-id")
    return papers


def summaries_in_order(summaries: QuerySet[Summary], order: str) -> QuerySet[Summary]:
    """Order summaries by "date" or "votes", like `papers_in_order`."""
    if order == "date":
        return summaries.order_by("-published_at", "-id")
    if order == "votes":
        return summaries.ranked()
    return summaries


def search_people(query: fulltext.Query) -> QuerySet[User]:
    """Return people by name or user name, those with the most signed summaries first.

    `signed_count` counts published, signed summaries only.
    """
    people = get_user_model().objects.filter(is_active=True)
    typed = [word for term in query.terms if not term.column for word in term.typed.split()]
    if not typed or query.filters:
        return people.none()
    for word in typed:
        people = people.filter(Q(name__icontains=word) | Q(username__icontains=word))
    signed = (
        Summary.objects.published()
        .filter(author=OuterRef("pk"), is_anonymous=False)
        .order_by()
        .values("author")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return people.annotate(signed_count=Coalesce(Subquery(signed), 0)).order_by(
        "-signed_count", "username"
    )


def indexed_texts(summary: Summary) -> dict[str, str]:
    """Return the texts of a summary that are indexed, {column: text}."""
    person = summary.byline
    return {
        "paper": summary.paper.title,
        "byline": f"{person.name}\n{person.username}" if person else "",
        "paper_authors": summary.paper.authors_text,
        "text": summary.plain_text,
    }


def _by(query: fulltext.Query) -> list[fulltext.Filter]:
    return [item for item in query.filters if item.name == "by"]


def _signed_by(username: str) -> QuerySet[Summary]:
    return Summary.objects.published().filter(is_anonymous=False, author__username__iexact=username)


def _of_papers(
    summaries: QuerySet[Summary], query: fulltext.Query
) -> tuple[QuerySet[Summary], fulltext.Query]:
    """Apply the terms for a column to the index of papers, and return the remaining query."""
    of_paper, own = query.split(lambda term: bool(term.column))
    if of_paper.terms or of_paper.excluded:
        papers = fulltext.find(Paper.objects.all(), of_paper, documents=PaperDocument)
        summaries = summaries.filter(paper__in=papers.values("pk"))
    return summaries, own


def _relevance() -> ExpressionWrapper:
    score = Greatest(F("score"), 0)
    push = Value(0.4) * score / (score + Value(5.0))
    return ExpressionWrapper(
        F("in_head") * Value(0.3) + Value(0.5) * F("rank") + push, output_field=FloatField()
    )

"""Finding papers, summaries and people together.

Only published summaries are indexed. The name of an anonymous author is in no document, and `by:`
asks signed summaries alone, so that nobody is found by what they did not sign.
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
        raise ValueError("a person has a name")
    return value.removeprefix("@")


OPERATORS = fulltext.Operators(
    columns=COLUMN_OPERATORS, filters={**FILTER_OPERATORS, "by": _username}
)


def parse(text: str, *, is_typing: bool = False) -> fulltext.Query:
    return fulltext.parse(text, OPERATORS, is_typing=is_typing)


def index_summaries(summaries: Iterable[Summary | int]) -> int:
    """Make published summaries (or their numbers) findable and forget the others among them.

    Call it inside the transaction that changed a summary, its visibility or its author's name,
    or the title of its paper. Returns how many were indexed.
    """
    # In one order, so that two who index the same ones cannot wait for each other.
    numbers = sorted({getattr(summary, "pk", summary) for summary in summaries})
    count = 0
    for start in range(0, len(numbers), BATCH_SIZE):
        batch = numbers[start : start + BATCH_SIZE]
        found = list(
            Summary.objects.published()
            .filter(pk__in=batch)
            .select_related("paper", "author")
            .order_by("pk")
        )
        texts = {summary.pk: _texts(summary) for summary in found}
        count += SummaryDocument.index.put(texts.items())
        SearchWord.vocabulary.learn(text for told in texts.values() for text in told.values())
        SummaryDocument.index.remove(set(batch) - {summary.pk for summary in found})
    return count


def index_summaries_of(papers: Iterable[Paper | int]) -> int:
    """After titles or authors of papers changed: index their summaries anew."""
    numbers = [getattr(paper, "pk", paper) for paper in papers]
    return index_summaries(
        list(Summary.objects.filter(paper__in=numbers).values_list("pk", flat=True))
    )


def reindex_summaries() -> Iterator[int]:
    """Index every summary anew; yields how many are done, batch by batch."""
    done = 0
    for batch in in_batches(Summary.objects.values_list("pk", flat=True), BATCH_SIZE):
        done += index_summaries(batch)
        yield done
    SummaryDocument.index.optimise()


def search_all_papers(query: fulltext.Query) -> QuerySet[Paper]:
    """`papers.search.search_papers`, and "by:" too."""
    papers = Paper.objects.all()
    for item in _by(query):
        signed = _signed_by(item.value).values("paper")
        papers = papers.exclude(pk__in=signed) if item.is_negated else papers.filter(pk__in=signed)
    return search_papers(query, papers=papers)


def search_summaries(query: fulltext.Query, *, user) -> QuerySet[Summary]:
    """The published summaries that answer a question, best first; none for an empty one.

    `title:`, `author:` and `venue:` ask their paper.
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
    found = fulltext.find(summaries, query, documents=SummaryDocument)
    return found.annotate(relevance=_relevance()).order_by("-relevance", *best_first.COLUMNS)


def papers_in_order(papers: QuerySet[Paper], order: str) -> QuerySet[Paper]:
    """What `search_all_papers` found by "date", or by the "votes" of the best summary of each;
    any other order leaves the best answers first."""
    if order == "date":
        return papers.order_by(
            F("year").desc(nulls_last=True), F("published_on").desc(nulls_last=True), "-id"
        )
    if order == "votes":
        votes = F("ranking__top_summary__score")
        return papers.order_by(votes.desc(nulls_last=True), "-summary_count", "-id")
    return papers


def summaries_in_order(summaries: QuerySet[Summary], order: str) -> QuerySet[Summary]:
    """The same for what `search_summaries` found."""
    if order == "date":
        return summaries.order_by("-published_at", "-id")
    if order == "votes":
        return summaries.ranked()
    return summaries


def search_people(query: fulltext.Query) -> QuerySet[User]:
    """People by name or user name, those with most signed summaries first.

    `signed_count` counts what everybody may see; anonymous summaries change nothing here.
    """
    people = get_user_model().objects.filter(is_active=True)
    typed = [word for term in query.wanted if not term.column for word in term.typed.split()]
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


def _texts(summary: Summary) -> dict[str, str]:
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
    """Let the papers' index answer the terms that name one of its columns."""
    of_paper, own = query.split(lambda term: bool(term.column))
    if of_paper.wanted or of_paper.unwanted:
        papers = fulltext.find(Paper.objects.all(), of_paper, documents=PaperDocument)
        summaries = summaries.filter(paper__in=papers.values("pk"))
    return summaries, own


def _relevance() -> ExpressionWrapper:
    score = Greatest(F("score"), 0)
    push = Value(0.4) * score / (score + Value(5.0))
    return ExpressionWrapper(
        F("in_head") * Value(0.3) + Value(0.5) * F("rank") + push, output_field=FloatField()
    )

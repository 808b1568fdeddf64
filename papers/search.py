"""Full-text search of papers, with the same results on PostgreSQL and SQLite."""

import re
from collections.abc import Iterable, Iterator

from django.db import models
from django.db.models import ExpressionWrapper, F, FloatField, Q, QuerySet, Value

from common import fulltext
from common.db.batches import in_batches
from papers.models import Field, Paper, Venue, VenueAlias

_YEARS = re.compile(r"(?P<first>\d{4})?(?P<dash>-|–|\.\.)?(?P<last>\d{4})?")
BATCH_SIZE = 500


def _years(value: str) -> tuple[int | None, int | None]:
    """Parse years: "2015" gives (2015, 2015), "2015-2020" (2015, 2020), "2015-" (2015, None)."""
    match = _YEARS.fullmatch(value)
    if not match or not (match["first"] or match["last"]):
        raise ValueError(value)
    first, last = (int(year) if year else None for year in (match["first"], match["last"]))
    return (first, last) if match["dash"] else (first, first)


def _field_slug(value: str) -> str:
    if not value:
        raise ValueError("The name of the field is empty.")
    return "-".join(value.lower().split())


def _venue_slug(value: str) -> str:
    if not re.fullmatch(r"[\w-]{1,80}", value):
        raise ValueError("The value is not the slug of a venue.")
    return value.lower()


def _has(value: str) -> str:
    if value.lower() not in {"summary", "summaries"}:
        raise ValueError(value)
    return "summary"


COLUMN_OPERATORS = {"title": "title", "author": "authors", "venue": "venue"}
# "venue:" searches words of the name, "at:" filters by the slug of a venue.
FILTER_OPERATORS = {"year": _years, "in": _field_slug, "at": _venue_slug, "has": _has}
OPERATORS = fulltext.Operators(columns=COLUMN_OPERATORS, filters=FILTER_OPERATORS)


class PaperDocument(models.Model):
    """The indexed words of a paper; deleted with it."""

    row = models.OneToOneField(
        Paper,
        on_delete=models.CASCADE,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        related_name="search_document",
    )
    words = fulltext.DocumentField(db_column="papers_search")

    index = fulltext.Index(
        "papers_search",
        [
            fulltext.Column("title", 1.0, is_head=True, keeps_prefixes=True),
            fulltext.Column("authors", 0.6, is_head=True, keeps_prefixes=True),
            fulltext.Column("venue", 0.4, is_head=True, keeps_prefixes=True),
            fulltext.Column("abstract", 0.15),
        ],
    )

    class Meta:
        db_table = "papers_search"

    def __str__(self) -> str:
        return f"Words of paper {self.pk}"


class SearchWord(models.Model):
    """An unstemmed word of titles, names or summaries under one of its keys for spelling."""

    key = models.IntegerField(db_index=True)
    word = models.CharField(max_length=30)

    vocabulary = fulltext.Vocabulary("papers_search_word")

    class Meta:
        db_table = "papers_search_word"

    def __str__(self) -> str:
        return self.word


def index_papers(papers: Iterable[Paper | int]) -> int:
    """Index `papers` (rows or primary keys), and remove keys of deleted papers from the index.

    Call it inside the transaction that changed them. Return how many were indexed.
    """
    # In one order, so that two processes that index the same papers cannot deadlock.
    pks = sorted({getattr(paper, "pk", paper) for paper in papers})
    count = 0
    for start in range(0, len(pks), BATCH_SIZE):
        batch = pks[start : start + BATCH_SIZE]
        existing = list(for_index(Paper.objects.filter(pk__in=batch)))
        texts = {paper.pk: indexed_texts(paper) for paper in existing}
        count += PaperDocument.index.put(texts.items())
        # Not the abstracts: they repeat the words of titles and contain many typing errors.
        SearchWord.vocabulary.learn(
            columns[name] for columns in texts.values() for name in PaperDocument.index.head
        )
        PaperDocument.index.remove(set(batch) - {paper.pk for paper in existing})
    return count


def reindex_papers() -> Iterator[int]:
    """Reindex all papers; yield the number done after each batch."""
    count = 0
    for batch in in_batches(Paper.objects.values_list("pk", flat=True), BATCH_SIZE):
        count += index_papers(batch)
        yield count
    PaperDocument.index.optimise()


def search_papers(
    query: str | fulltext.Query, *, papers: QuerySet[Paper] | None = None, is_typing: bool = False
) -> QuerySet[Paper]:
    """Return the papers that match a query, best first; none for an empty query.

    Papers whose title, authors and venue contain all words come first; both groups are ordered by
    relevance, with a small bonus for summaries. `papers` limits the search; with `is_typing`, the
    last word may be incomplete. The caller applies filters that papers do not have ("by:").
    """
    if isinstance(query, str):
        query = fulltext.parse(query, OPERATORS, is_typing=is_typing)
    papers = Paper.objects.all() if papers is None else papers
    if not query:
        return papers.none()
    papers = filter_papers(papers, query.filters)
    matches = fulltext.find(papers, query, documents=PaperDocument)
    return matches.annotate(relevance=_relevance()).order_by(
        "-relevance", "-summary_count", F("year").desc(nulls_last=True), "-id"
    )


def filter_papers(rows: QuerySet, filters: Iterable[fulltext.Filter], *, to_paper: str = ""):
    """Apply the filters that papers have: "year", "in", "at" and "has".

    `to_paper` is the lookup prefix from the rows to their paper: "" or "paper__".
    """
    for item in filters:
        condition = _condition(item, to_paper)
        if condition is not None:
            rows = rows.exclude(condition) if item.is_negated else rows.filter(condition)
    return rows


def _condition(item: fulltext.Filter, to_paper: str) -> Q | None:
    if item.name == "year":
        first, last = item.value
        bounds = {"gte": first, "lte": last}
        return Q(**{f"{to_paper}year__{bound}": year for bound, year in bounds.items() if year})
    if item.name == "in":
        fields = Field.objects.filter(Q(slug=item.value) | Q(parent__slug=item.value))
        return Q(**{f"{to_paper}field__in": fields})
    if item.name == "at":
        return Q(**{f"{to_paper}venue__in": Venue.objects.filter(slug=item.value)})
    if item.name == "has":
        return Q(**{f"{to_paper}summary_count__gt": 0})
    return None


def _relevance() -> ExpressionWrapper:
    count = F("summary_count")
    push = Value(0.4) * count / (count + Value(3.0))
    return ExpressionWrapper(
        F("in_head") + Value(0.5) * F("rank") + push, output_field=FloatField()
    )


def for_index(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Load what `indexed_texts` needs, in the order of the keys."""
    return (
        papers.order_by("pk")
        .select_related("venue")
        .prefetch_related("identifiers", "venue__aliases")
    )


def indexed_texts(paper: Paper) -> dict[str, str]:
    """Return the texts of a paper that are indexed, {column: text}."""
    return {
        "title": paper.title,
        "authors": paper.authors_text,
        "venue": _venue_text(paper),
        # With the abstract, so that "venue:arxiv" does not match all papers with an arXiv number.
        "abstract": "\n".join([paper.abstract, *_identifier_texts(paper)]),
    }


def _venue_text(paper: Paper) -> str:
    year = str(paper.year or "")
    if not paper.venue:
        return year
    aliases = [
        alias.value for alias in paper.venue.aliases.all() if alias.scheme == VenueAlias.Scheme.NAME
    ]
    # With the year, because people search for "NeurIPS 2017".
    return "\n".join([f"{paper.venue.name} {year}", paper.venue.full_name, *aliases])


def _identifier_texts(paper: Paper) -> list[str]:
    schemes = {"arxiv", "openreview", "acl"}
    return [
        f"{name.scheme} {name.value}" for name in paper.identifiers.all() if name.scheme in schemes
    ]

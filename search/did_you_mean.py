"""Suggest a corrected query when a search has few results."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.db.grouped_counts import capped_counts
from common.fulltext import Query, Term, holding
from common.fulltext.spelling import doubtable, respelled
from common.fulltext.words import words
from papers.search import PaperDocument, SearchWord
from search.index import parse, search_all_papers, search_summaries
from search.models import SummaryDocument

# A word in fewer documents may be misspelt, even if others have misspelt it in the same way.
FEW_DOCUMENTS = 3
MOST_WORDS = 6
MOST_DOUBTED = 3
MOST_CANDIDATES = 5
# Greater counts are treated as equal.
MOST_COUNTED = 200
# How many times more common than the typed word a correction must be.
TIMES_AS_COMMON = 5


@dataclass(frozen=True)
class Proposal:
    """A corrected query that has results; the counts are capped at `MOST_COUNTED`."""

    text: str
    papers: int
    summaries: int


def propose(query: Query, *, user) -> Proposal | None:
    """Return the query with misspelt words corrected, or None when that has no results.

    It runs at most four queries.
    """
    columns = dict(list(doubtable(query).items())[:MOST_WORDS])
    counts = _counts([(word, column) for word, column in columns.items()], most=FEW_DOCUMENTS)
    doubted = [word for word, column in columns.items() if counts[word, column] < FEW_DOCUMENTS]
    doubted = doubted[:MOST_DOUBTED]
    near = SearchWord.vocabulary.near(doubted, most=MOST_CANDIDATES) if doubted else {}
    candidates = [
        (other, columns[word])
        for word, others in near.items()
        for _, other in others
        if words(other) != words(word)
    ]
    counts |= _counts(candidates, most=MOST_COUNTED)
    replacements = {
        word: best
        for word, others in near.items()
        if (best := _best(word, columns[word], others, counts))
    }
    if not replacements:
        return None
    text = respelled(query, replacements)
    other = parse(text)
    papers, summaries = capped_counts(
        [search_all_papers(other), search_summaries(other, user=user)], most=MOST_COUNTED
    )
    return Proposal(text, papers, summaries) if papers or summaries else None


def _best(
    word: str,
    column: str,
    others: list[tuple[int, str]],
    counts: Mapping[tuple[str, str], int],
) -> str:
    """Return the nearest and then commonest of the others, or "" when none is likelier."""
    floor = max(1, TIMES_AS_COMMON * counts[word, column])
    likely = [
        (distance, -counts[other, column], index, other)
        for index, (distance, other) in enumerate(others)
        if counts.get((other, column), 0) >= floor
    ]
    return min(likely)[-1] if likely else ""


def _counts(pairs: list[tuple[str, str]], *, most: int) -> dict[tuple[str, str], int]:
    """Count the papers and summaries that contain each (text, column), with one query."""
    pairs = list(dict.fromkeys(pairs))
    terms = [Term(tuple(words(text)), column=column) for text, column in pairs]
    rows = [
        holding(documents, term) for term in terms for documents in (PaperDocument, SummaryDocument)
    ]
    counts = capped_counts(rows, most=most)
    return {pair: counts[2 * index] + counts[2 * index + 1] for index, pair in enumerate(pairs)}

"""What a question with few answers may have been meant to ask."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.db.grouped_counts import capped_counts
from common.fulltext import Query, Term, holding
from common.fulltext.spelling import doubtable, respelled
from common.fulltext.words import words
from papers.search import PaperDocument, SearchWord
from search.index import parse, search_all_papers, search_summaries
from search.models import SummaryDocument

# A word in fewer documents may be a slip, also where others made the same one.
FEW_DOCUMENTS = 3
MOST_WORDS = 6
MOST_DOUBTED = 3
MOST_CANDIDATES = 5
# Beyond, one word is as common as another.
MOST_COUNTED = 200
# How many times as common as what was typed a word must be.
TIMES_AS_COMMON = 5


@dataclass(frozen=True)
class Proposal:
    """Another question that has answers, at most `MOST_COUNTED` of them counted."""

    text: str
    papers: int
    summaries: int


def propose(query: Query, *, user) -> Proposal | None:
    """The same question with misspelt words put right, when that finds something.

    Four queries, whatever was typed.
    """
    asked = dict(list(doubtable(query).items())[:MOST_WORDS])
    counts = _counts([(word, column) for word, column in asked.items()], most=FEW_DOCUMENTS)
    doubted = [word for word, column in asked.items() if counts[word, column] < FEW_DOCUMENTS]
    doubted = doubted[:MOST_DOUBTED]
    near = SearchWord.vocabulary.near(doubted, most=MOST_CANDIDATES) if doubted else {}
    candidates = [
        (other, asked[word])
        for word, others in near.items()
        for _, other in others
        if words(other) != words(word)
    ]
    counts |= _counts(candidates, most=MOST_COUNTED)
    replacements = {
        word: best
        for word, others in near.items()
        if (best := _best(word, asked[word], others, counts))
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
    """The nearest of the others, and of those as near the commonest; "" when none is likelier."""
    floor = max(1, TIMES_AS_COMMON * counts[word, column])
    likely = [
        (slips, -counts[other, column], place, other)
        for place, (slips, other) in enumerate(others)
        if counts.get((other, column), 0) >= floor
    ]
    return min(likely)[-1] if likely else ""


def _counts(asked: list[tuple[str, str]], *, most: int) -> dict[tuple[str, str], int]:
    """In how many papers and summaries each (words, column) stands; one query."""
    asked = list(dict.fromkeys(asked))
    terms = [Term(tuple(words(text)), column=column) for text, column in asked]
    rows = [
        holding(documents, term) for term in terms for documents in (PaperDocument, SummaryDocument)
    ]
    counts = capped_counts(rows, most=most)
    return {key: counts[2 * place] + counts[2 * place + 1] for place, key in enumerate(asked)}

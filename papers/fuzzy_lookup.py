"""Find papers similar to an unknown identifier: by one typing error, and by words of the title.

The work is limited, whatever the input is.
"""

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass

from common.fulltext import Query, parse
from common.fulltext.spelling import FEWEST_DOUBTED, doubtable, respelled
from papers.identifiers import parse_identifier
from papers.models import Identifier, Paper
from papers.search import OPERATORS, SearchWord, search_papers

MOST = 3
# At most this many identifiers that differ by one typing error are considered.
MOST_ALIKE = 100
MOST_WORDS = 12
# An identifier of this length has about 2,000 variants, each looked up in an index.
LONGEST_NAME = 30
_ARXIV_LIKE = re.compile(r"(?:arxiv:)?(\d{3,5}\.?\d{3,6})(?:v\d+)?\Z", re.IGNORECASE)
_LETTERS = string.ascii_lowercase + string.digits + "-./_"
# Schemes that people type. The others are numbers, in which any typing error gives another paper.
_SCHEMES = ["arxiv", "doi", "dblp", "key", "acl"]


@dataclass(frozen=True)
class Near:
    """A similar paper; `name` is its identifier that matched, or "" for a match by title."""

    paper: Paper
    name: str = ""


def near_papers(text: str) -> list[Near]:
    """Return up to MOST papers that an unknown identifier or address may mean, with six queries."""
    text = text.strip()[:200]
    matches = {near.paper.pk: near for near in near_names(text)}
    if len(matches) < MOST:
        for paper in _by_title(text):
            matches.setdefault(paper.pk, Near(paper))
    return list(matches.values())[:MOST]


def near_names(text: str) -> list[Near]:
    """Return the papers with an identifier that differs by one typing error, with two queries."""
    parsed = parse_identifier(text)
    name = parsed.value if parsed else text
    arxiv = _ARXIV_LIKE.match(text)
    if arxiv:
        names, schemes = set(_misspelt(arxiv[1], string.digits + ".")), ["arxiv"]
    elif 4 < len(name) <= LONGEST_NAME and not re.search(r"\s", name):
        names, schemes = set(_misspelt(name, _LETTERS)) | {name.lower()}, _SCHEMES
    else:
        return []
    # First the identifiers, by their index. In one query with the order of the papers, PostgreSQL
    # scans all papers in that order and checks the identifiers of each.
    alike = Identifier.objects.filter(scheme__in=schemes, value__in=names).order_by()
    pks = list(alike.values_list("pk", flat=True)[:MOST_ALIKE])
    rows = (
        Identifier.objects.filter(pk__in=pks)
        .select_related("paper__venue")
        .order_by("-paper__summary_count", "paper")[:MOST]
    )
    return [Near(row.paper, row.value) for row in rows]


def _misspelt(name: str, letters: str) -> Iterator[str]:
    """Yield `name` with one letter deleted, added, replaced, or swapped with the next."""
    for index in range(len(name) + 1):
        before, after = name[:index], name[index:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]


def _by_title(text: str) -> list[Paper]:
    terms = re.findall(r"[^\W\d_]{2,}", text)[:MOST_WORDS]
    if len(terms) < 2:
        return []
    query = parse(" ".join(terms), OPERATORS)
    papers = Paper.objects.select_related("venue")
    matches = list(search_papers(query, papers=papers)[:MOST])
    if matches:
        return matches
    # Short words are not corrected, and rarely distinguish titles.
    long = [term for term in terms if len(term) >= FEWEST_DOUBTED]
    if len(long) < 2:
        return []
    corrected = _put_right(parse(" ".join(long), OPERATORS))
    return list(search_papers(corrected, papers=papers)[:MOST])


def _put_right(query: Query) -> str:
    """Return the query with words that occur in no title replaced by the nearest that does."""
    vocabulary = SearchWord.vocabulary
    doubtful = set(doubtable(query))
    unknown = sorted(doubtful - vocabulary.known(doubtful))
    near = vocabulary.near(unknown, most=1)
    return respelled(query, {word: others[0][1] for word, others in near.items() if others})

"""Papers that somebody may have meant whose address leads nowhere: by a name with a slip, and by
words of the title. The work is bounded, whatever was asked for."""

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
# So many names that differ by one slip are looked at.
MOST_ALIKE = 100
MOST_WORDS = 12
# A name of this length has some two thousand neighbours, each looked up in an index.
LONGEST_NAME = 30
_ARXIV_LIKE = re.compile(r"(?:arxiv:)?(\d{3,5}\.?\d{3,6})(?:v\d+)?\Z", re.IGNORECASE)
_LETTERS = string.ascii_lowercase + string.digits + "-./_"
# Schemes in which people type names; the others are numbers that any slip leads elsewhere.
_SCHEMES = ["arxiv", "doi", "dblp", "key", "acl"]


@dataclass(frozen=True)
class Near:
    """A paper with the name of it that is near to what was asked for, or ""."""

    paper: Paper
    name: str = ""


def near_papers(asked: str) -> list[Near]:
    """The papers that an unknown name or the words of an address may stand for; six queries."""
    asked = asked.strip()[:200]
    found = {near.paper.pk: near for near in near_names(asked)}
    if len(found) < MOST:
        for paper in _by_title(asked):
            found.setdefault(paper.pk, Near(paper))
    return list(found.values())[:MOST]


def near_names(asked: str) -> list[Near]:
    """The papers with a name that differs from an unknown one by a single slip; two queries."""
    parsed = parse_identifier(asked)
    name = parsed.value if parsed else asked
    arxiv = _ARXIV_LIKE.match(asked)
    if arxiv:
        names, schemes = set(_misspelt(arxiv[1], string.digits + ".")), ["arxiv"]
    elif 4 < len(name) <= LONGEST_NAME and not re.search(r"\s", name):
        names, schemes = set(_misspelt(name, _LETTERS)) | {name.lower()}, _SCHEMES
    else:
        return []
    # The names alone first, by their index: asked for in the papers' order at once, PostgreSQL walks
    # through the whole catalogue in that order and looks at the names of every paper.
    alike = Identifier.objects.filter(scheme__in=schemes, value__in=names).order_by()
    numbers = list(alike.values_list("pk", flat=True)[:MOST_ALIKE])
    rows = (
        Identifier.objects.filter(pk__in=numbers)
        .select_related("paper__venue")
        .order_by("-paper__summary_count", "paper")[:MOST]
    )
    return [Near(row.paper, row.value) for row in rows]


def _misspelt(name: str, letters: str) -> Iterator[str]:
    """The name with one letter too few, too many, another, or swapped with the next."""
    for place in range(len(name) + 1):
        before, after = name[:place], name[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in letters:
            yield before + letter + after
            yield before + letter + after[1:]


def _by_title(asked: str) -> list[Paper]:
    words = re.findall(r"[^\W\d_]{2,}", asked)[:MOST_WORDS]
    if len(words) < 2:
        return []
    query = parse(" ".join(words), OPERATORS)
    papers = Paper.objects.select_related("venue")
    found = list(search_papers(query, papers=papers)[:MOST])
    if found:
        return found
    # Short words are put right by nobody, and are seldom what tells a title from another.
    long = [word for word in words if len(word) >= FEWEST_DOUBTED]
    if len(long) < 2:
        return []
    text = _put_right(parse(" ".join(long), OPERATORS))
    return list(search_papers(text, papers=papers)[:MOST])


def _put_right(query: Query) -> str:
    """The words with those that no title has replaced by the nearest that some title has."""
    vocabulary = SearchWord.vocabulary
    asked = set(doubtable(query))
    unknown = sorted(asked - vocabulary.known(asked))
    near = vocabulary.near(unknown, most=1)
    return respelled(query, {word: others[0][1] for word, others in near.items() if others})

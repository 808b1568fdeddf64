"""What a card beside a citation tells of the cited paper."""

import re
from collections.abc import Iterable

from papers.models import Paper
from summaries.announcing.readable_math import readable
from summaries.models import Citation, Summary

# Where a sentence ends, but for the full stop of "et al." and of initials.
_SENTENCE = re.compile(r"(.{40,}?[.?!])(?<! al\.)(?<! [A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)\s", re.DOTALL)
LONGEST_SENTENCE = 240
MOST_CARDS = 60


def cards_for(summaries: Iterable[Summary]) -> dict[int, Paper]:
    """{number: paper that these summaries cite}, each with `first_sentence`; in two queries."""
    cited = Citation.objects.filter(summary__in=list(summaries), paper__isnull=False)
    papers = (
        Paper.objects.filter(pk__in=cited.values("paper"))
        .select_related("venue", "standing__top_summary")
        .defer("abstract_html", "standing__top_summary__html", "standing__top_summary__text")
        .order_by("pk")[:MOST_CARDS]
    )
    found = {paper.pk: paper for paper in papers}
    for paper in found.values():
        standing = getattr(paper, "standing", None)
        told = standing.top_summary.plain_text if standing else paper.abstract
        paper.first_sentence = first_sentence(readable(told[: 4 * LONGEST_SENTENCE]))
    return found


def first_sentence(text: str) -> str:
    """The opening of a text, to the end of a sentence where one ends in time."""
    opening = " ".join(text[: 2 * LONGEST_SENTENCE].split())
    whole = _SENTENCE.match(f"{opening} ")
    if whole and len(whole[1]) <= LONGEST_SENTENCE:
        return whole[1]
    if len(opening) <= LONGEST_SENTENCE:
        return opening
    return opening[:LONGEST_SENTENCE].rpartition(" ")[0] + "…"

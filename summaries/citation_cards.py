"""What a card beside a citation tells of the cited paper."""

from collections.abc import Iterable

from common.texmath.unicode_text import readable
from common.text.sentences import first_sentence
from papers.models import Paper
from summaries.models import Citation, Summary

LONGEST_SENTENCE = 240
MOST_CARDS = 60


def cards_for(summaries: Iterable[Summary]) -> dict[int, Paper]:
    """{number: paper that these summaries cite}, each with `first_sentence`; in two queries."""
    cited = Citation.objects.filter(summary__in=list(summaries), paper__isnull=False)
    papers = (
        Paper.objects.filter(pk__in=cited.values("paper"))
        .select_related("venue", "ranking__top_summary")
        .defer("abstract_html", "ranking__top_summary__html", "ranking__top_summary__text")
        .order_by("pk")[:MOST_CARDS]
    )
    found = {paper.pk: paper for paper in papers}
    for paper in found.values():
        standing = getattr(paper, "ranking", None)
        told = standing.top_summary.plain_text if standing else paper.abstract
        paper.first_sentence = first_sentence(
            readable(told[: 4 * LONGEST_SENTENCE]), max_letters=LONGEST_SENTENCE
        )
    return found

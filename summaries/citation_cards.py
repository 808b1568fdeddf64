"""What the card beside a citation shows of the cited paper."""

from collections.abc import Iterable

from common.texmath.unicode_text import readable
from common.text.sentences import first_sentence
from papers.models import Paper
from summaries.models import Citation, Summary

LONGEST_SENTENCE = 240
MOST_CARDS = 60


def cards_for(summaries: Iterable[Summary]) -> dict[int, Paper]:
    """Return {id: paper} of the papers cited by the summaries, each with `first_sentence`.

    Two queries; at most MOST_CARDS papers.
    """
    cited = Citation.objects.filter(summary__in=list(summaries), paper__isnull=False)
    papers = (
        Paper.objects.filter(pk__in=cited.values("paper"))
        .select_related("venue", "ranking__top_summary")
        .defer("abstract_html", "ranking__top_summary__html", "ranking__top_summary__text")
        .order_by("pk")[:MOST_CARDS]
    )
    by_id = {paper.pk: paper for paper in papers}
    for paper in by_id.values():
        standing = getattr(paper, "ranking", None)
        text = standing.top_summary.plain_text if standing else paper.abstract
        paper.first_sentence = first_sentence(
            readable(text[: 4 * LONGEST_SENTENCE]), max_letters=LONGEST_SENTENCE
        )
    return by_id

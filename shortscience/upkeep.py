"""Rebuild rendered and indexed data after an upgrade."""

from collections.abc import Iterator

from common.fulltext.words import WORDS_VERSION
from papers.upkeep import bring_up, index_papers_again, typeset_papers
from search.index import index_summaries
from summaries.models import Summary
from summaries.rerender import rerender_each


def bring_up_to_date() -> Iterator[tuple[str, int]]:
    """Yield (kind, number done so far), like ("texts rendered", 200).

    Yields nothing when all is current. Typesetting comes first, because the index of summaries uses
    the text that the page shows.
    """
    for kind, work in (
        ("papers typeset", typeset_papers),
        ("texts rendered", rerender_each),
        ("papers indexed", index_papers_again),
        ("summaries indexed", _index_summaries_again),
    ):
        for done in work():
            yield kind, done


def _index_summaries_again() -> Iterator[int]:
    yield from bring_up("index summaries", WORDS_VERSION, Summary.objects.all(), index_summaries)

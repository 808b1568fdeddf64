"""All that is stored ready to be shown or found, brought up to today's code after an upgrade."""

from collections.abc import Iterator

from common.fulltext.words import WORDS_VERSION
from papers.upkeep import bring_up, index_papers_again, typeset_papers
from search.index import index_summaries
from summaries.models import Summary
from summaries.rerender import rerender_each


def bring_up_to_date() -> Iterator[tuple[str, int]]:
    """Yields (of what, how many are done so far); nothing when all is up to date.

    Typesetting comes first, for the words of summaries are those that the page shows.
    """
    for things, work in (
        ("papers typeset", typeset_papers),
        ("texts rendered", rerender_each),
        ("papers indexed", index_papers_again),
        ("summaries indexed", _index_summaries_again),
    ):
        for done in work():
            yield things, done


def _index_summaries_again() -> Iterator[int]:
    yield from bring_up("index summaries", WORDS_VERSION, Summary.objects.all(), index_summaries)

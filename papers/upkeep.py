"""Rebuild stored data, once and in batches, when the code that generates it has changed.

A run may be stopped at any time: the next one continues after the last finished batch.
"""

from collections.abc import Callable, Iterator, Sequence

from django.db import transaction
from django.db.models import QuerySet

from common.db.batches import in_batches
from common.fulltext.words import WORDS_VERSION
from common.text.tex_to_html import TYPESETTING_VERSION
from papers.importing.paper_bundle import typeset
from papers.models import Paper, Upkeep
from papers.search import index_papers

BATCH_SIZE = 200
TYPESET = ("title_html", "abstract_html")


def bring_up(
    name: str, version: int, rows: QuerySet, work: Callable[[Sequence], object]
) -> Iterator[int]:
    """Run `work` on all rows, once for each version; yield how many this run has done.

    `work` gets the rows of a batch, locked in the order of their primary keys, so that no other
    process changes them before the results are stored.
    """
    state, _ = Upkeep.objects.get_or_create(name=name, defaults={"version": version})
    own = Upkeep.objects.filter(name=name, version=version)
    if state.version != version:
        Upkeep.objects.filter(name=name).update(version=version, done_to=0, is_complete=False)
    elif state.is_complete:
        return
    begin = 0 if state.version != version else state.done_to
    done = 0
    pks = rows.filter(pk__gt=begin).values_list("pk", flat=True)
    for batch in in_batches(pks, BATCH_SIZE):
        with transaction.atomic():
            work(list(rows.filter(pk__in=batch).order_by("pk").select_for_update(of=("self",))))
            own.filter(done_to__lt=batch[-1]).update(done_to=batch[-1])
        done += len(batch)
        yield done
    own.update(is_complete=True)


def typeset_papers() -> Iterator[int]:
    """Typeset all titles and abstracts again, without rebuilding papers from their records."""
    yield from bring_up("typeset papers", TYPESETTING_VERSION, Paper.objects.all(), typeset_again)


def index_papers_again() -> Iterator[int]:
    """Reindex all papers."""
    yield from bring_up("index papers", WORDS_VERSION, Paper.objects.all(), index_papers)


def typeset_again(papers: Sequence[Paper]) -> None:
    """Typeset papers and store the HTML where it differs."""
    for paper in papers:
        before = [getattr(paper, name) for name in TYPESET]
        typeset(paper)
        if before != [getattr(paper, name) for name in TYPESET]:
            # Not `save`, because the record itself has not changed.
            now = {name: getattr(paper, name) for name in TYPESET}
            Paper.objects.filter(pk=paper.pk).update(**now)

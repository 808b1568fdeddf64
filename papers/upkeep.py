"""Make stored forms again when the code that makes them has changed: once, and in batches.

A run may be stopped at any moment: the next one goes on behind the last batch that was done.
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
    """Do `work` on all rows, once for each version; yields how many this run has done.

    `work` gets the rows of a batch, locked in the order of their numbers until it is done: nobody
    changes them between reading them and writing what is made of them.
    """
    state, _ = Upkeep.objects.get_or_create(name=name, defaults={"version": version})
    own = Upkeep.objects.filter(name=name, version=version)
    if state.version != version:
        Upkeep.objects.filter(name=name).update(version=version, done_to=0, is_complete=False)
    elif state.is_complete:
        return
    begin = 0 if state.version != version else state.done_to
    done = 0
    numbers = rows.filter(pk__gt=begin).values_list("pk", flat=True)
    for batch in in_batches(numbers, BATCH_SIZE):
        with transaction.atomic():
            work(list(rows.filter(pk__in=batch).order_by("pk").select_for_update(of=("self",))))
            own.filter(done_to__lt=batch[-1]).update(done_to=batch[-1])
        done += len(batch)
        yield done
    own.update(is_complete=True)


def typeset_papers() -> Iterator[int]:
    """Typeset titles and abstracts again, where that gives other HTML; no record is composed."""
    yield from bring_up("typeset papers", TYPESETTING_VERSION, Paper.objects.all(), typeset_again)


def index_papers_again() -> Iterator[int]:
    yield from bring_up("index papers", WORDS_VERSION, Paper.objects.all(), index_papers)


def typeset_again(papers: Sequence[Paper]) -> None:
    for paper in papers:
        before = [getattr(paper, name) for name in TYPESET]
        typeset(paper)
        if before != [getattr(paper, name) for name in TYPESET]:
            # Not `save`: nothing that anybody knows of the paper has changed.
            now = {name: getattr(paper, name) for name in TYPESET}
            Paper.objects.filter(pk=paper.pk).update(**now)

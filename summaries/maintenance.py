"""Bring stored rows up to date in batches that can be stopped and taken up again."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Model, QuerySet

from summaries import standing
from summaries.citing import resolve_citations
from summaries.commenting import render_comment
from summaries.models import Comment, Summary
from summaries.rendering import RENDERER_VERSION, TextRefused
from summaries.rerendering import rerender


def rerender_old(*, batch_size: int = 200) -> int:
    """Render summaries and comments of older renderers, and those that cite a paper which nobody
    knew when they were written; return how many were.

    A text that today's renderer refuses keeps the HTML it has and is not tried again.
    """
    done = 0
    resolve_citations()
    for summary in _in_batches(
        Summary.objects.filter(renderer_version__lt=RENDERER_VERSION), batch_size
    ):
        done += _try(rerender, summary)
    for comment in _in_batches(
        Comment.objects.filter(renderer_version__lt=RENDERER_VERSION), batch_size
    ):
        done += _try(render_comment, comment)
    return done


def recount_all(*, batch_size: int = 200) -> int:
    """Write all stored counts and list orders anew; return the number of summaries."""
    count = 0
    paper_ids = set()
    for summary in _in_batches(Summary.objects.all(), batch_size):
        with transaction.atomic():
            locked = Summary.objects.select_for_update(of=("self",)).get(pk=summary.pk)
            standing.recount_votes(locked)
            standing.recount_comments(locked)
        paper_ids.add(summary.paper_id)
        count += 1
    for paper_id in paper_ids:
        standing.recount_paper(paper_id)
    return count


def _try(render, row: Model) -> int:
    try:
        render(row)
    except TextRefused:
        type(row).objects.filter(pk=row.pk).update(renderer_version=RENDERER_VERSION)
        return 0
    return 1


def _in_batches(queryset: QuerySet, size: int) -> Iterator[Model]:
    """Rows by number, `size` at a time, so that memory does not grow with the table."""
    last = 0
    while batch := list(queryset.filter(pk__gt=last).order_by("pk")[:size]):
        yield from batch
        last = batch[-1].pk

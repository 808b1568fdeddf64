"""Render stored texts again when the renderer, or what they show, has changed."""

from collections.abc import Iterator

from django.db.models import Model, Q

from common.db.batches import in_batches
from common.db.transactions import transactional
from summaries.actions.comment import render_comment
from summaries.citations import record_citations, resolve_citations
from summaries.editor.preview import RENDERED_FIELDS, assign_rendered_fields, preview_of
from summaries.events import summary_rerendered
from summaries.locks import lock_summary
from summaries.media.images import want_copies
from summaries.models import Comment, Summary
from summaries.rendering import (
    RENDERER_VERSION,
    Rendered,
    RendererBusyError,
    TextRefusedError,
    citation_keys,
)


def rerender(summary: Summary) -> None:
    """Render the stored text with the current renderer; nothing else changes.

    Images on other hosts that have no copy yet are queued for copying.
    """
    text_before = summary.plain_text
    rendered = preview_of(summary.pk, summary.text)
    assign_rendered_fields(summary, rendered)
    _store(summary, rendered, has_other_words=summary.plain_text != text_before)


@transactional
def _store(summary: Summary, rendered: Rendered, *, has_other_words: bool) -> None:
    """Save the HTML, under the lock, so that the citations belong to the same text."""
    try:
        # Skipped when another text was saved in the meantime.
        lock_summary(summary.pk, Summary.objects.filter(save_count=summary.save_count))
    except Summary.DoesNotExist:
        return
    fields = {name: getattr(summary, name) for name in RENDERED_FIELDS}
    Summary.objects.filter(pk=summary.pk).update(**fields)
    if has_other_words:
        summary_rerendered.send(Summary, summary=summary)
    record_citations(summary, citation_keys(summary.text))
    if summary.state in Summary.SEEN:
        want_copies(rendered.picture_sources)


def rerender_old(*, batch_size: int = 200) -> int:
    """Do what `rerender_each` does; return how many texts were rendered."""
    return max(rerender_each(batch_size=batch_size), default=0)


def rerender_each(*, batch_size: int = 200) -> Iterator[int]:
    """Render the texts of older renderers, and those citing papers that have become known.

    Yields the number of texts so far after every batch. A text that the current renderer refuses
    keeps its HTML and is not tried again.
    """
    done = 0
    resolve_citations()
    for model, render in ((Summary, rerender), (Comment, render_comment)):
        old = model.objects.filter(renderer_version__lt=RENDERER_VERSION)
        for batch in in_batches(old, batch_size):
            done += sum(_try(render, row) for row in batch)
            yield done


def rerender_with_image(address: str) -> None:
    """Render the published texts again that contain the address of an image."""
    seen = Q(state__in=Summary.SEEN)
    for summary in Summary.objects.filter(seen, text__contains=address, deleted_at=None):
        try:
            rerender(summary)
        except TextRefusedError:
            continue  # It keeps its HTML.
    for comment in Comment.objects.filter(text__contains=address, deleted_at=None):
        try:
            render_comment(comment)
        except TextRefusedError:
            continue


def _try(render, row: Model) -> int:
    try:
        render(row)
    except RendererBusyError:
        return 0  # The next run tries it again.
    except TextRefusedError:
        type(row).objects.filter(pk=row.pk).update(renderer_version=RENDERER_VERSION)
        return 0
    return 1

"""Render a summary's text as its page would show it: for the preview and for the row."""

import dataclasses
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from common.text.sanitize import replace_in_safe
from summaries.citations import cited_papers
from summaries.media.images import pictures_in
from summaries.models import Summary
from summaries.rendering import (
    RENDERER_VERSION,
    Rendered,
    TextRefusedError,
    citation_keys,
    render_document,
)

RENDERED_FIELDS = [
    "html",
    "excerpt_html",
    "plain_text",
    "headings",
    "has_math",
    "word_count",
    "reading_minutes",
    "renderer_version",
]


T = TypeVar("T")
R = TypeVar("R")
MOST_TRIES = 4


class Prepared(NamedTuple):
    """A stored text and its rendering."""

    text: str
    rendered: Rendered


class StaleRenderingError(Exception):
    """The text changed after it was rendered and before its row was locked."""


def render_and_store(render: Callable[[], R], store: Callable[[R], T]) -> T:
    """Return `store(render())`; repeat both when `store` raises StaleRenderingError.

    Rendering may take seconds, so it happens outside the transaction. Raises StaleRenderingError
    when the text changes each of MOST_TRIES times.
    """
    for _ in range(MOST_TRIES - 1):
        try:
            return store(render())
        except StaleRenderingError:
            continue
    return store(render())


def preview(text: str, *, prefix: str) -> Rendered:
    """Render `text` as publishing it would, with `prefix` before every id in the HTML.

    Raises TextRefusedError like publishing.
    """
    return render_document(
        text,
        prefix=prefix,
        papers=cited_papers(citation_keys(text)),
        pictures=pictures_in(text),
    )


def preview_of(summary_id: int, text: str) -> Rendered:
    """Render `text` as the page of this summary would show it; raises TextRefusedError."""
    return preview(text, prefix=prefix_of(summary_id))


def prefix_of(summary_id: int) -> str:
    """Return the prefix of every id in the HTML of a summary."""
    return f"s{summary_id}-"


def with_prefix(rendered: Rendered, stand_in: str, prefix: str) -> Rendered:
    """Replace the prefix of all ids; `stand_in` is random, so that no text contains it."""
    headings = (
        dataclasses.replace(item, anchor=item.anchor.replace(stand_in, prefix))
        for item in rendered.headings
    )
    return dataclasses.replace(
        rendered,
        html=replace_in_safe(rendered.html, stand_in, prefix),
        excerpt_html=replace_in_safe(rendered.excerpt_html, stand_in, prefix),
        headings=tuple(headings),
    )


def assign_rendered_fields(summary: Summary, rendered: Rendered) -> None:
    """Assign the rendered fields of a summary, which is not saved."""
    summary.html = rendered.html
    summary.excerpt_html = rendered.excerpt_html
    summary.plain_text = rendered.plain_text
    summary.headings = [[item.anchor, item.text, item.level] for item in rendered.headings]
    summary.has_math = rendered.has_math
    summary.word_count = rendered.word_count
    summary.reading_minutes = rendered.reading_minutes
    summary.renderer_version = RENDERER_VERSION


def render_unsaved_draft(summary: Summary) -> str:
    """Render an autosaved draft, which is stored as typed, without saving it.

    Returns the message why it cannot be rendered, or "".
    """
    if summary.renderer_version or summary.state not in Summary.OWN_EYES:
        return ""
    try:
        assign_rendered_fields(summary, preview_of(summary.pk, summary.text))
    except TextRefusedError as error:
        summary.html = summary.excerpt_html = ""
        return str(error)
    return ""

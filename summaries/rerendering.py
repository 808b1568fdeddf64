"""Render stored texts anew, when the renderer or what they show has changed."""

from django.db.models import Q

from summaries.citing import record_citations
from summaries.commenting import render_comment
from summaries.images import want_copies
from summaries.models import Comment, Summary
from summaries.previewing import RENDERED_FIELDS, fill_in, preview_of
from summaries.rendering import TextRefused, citation_keys


def rerender(summary: Summary) -> None:
    """Render the stored text with today's renderer; nothing else changes.

    Pictures of other hosts that an older one left where they are wait to be copied.
    """
    rendered = preview_of(summary.pk, summary.text)
    fill_in(summary, rendered)
    told = {name: getattr(summary, name) for name in RENDERED_FIELDS}
    # Not when another text was saved while this one was rendered.
    if Summary.objects.filter(pk=summary.pk, save_count=summary.save_count).update(**told):
        record_citations(summary, citation_keys(summary.text))
        if summary.state in Summary.SEEN:
            want_copies(rendered.picture_sources)


def show_anew(address: str) -> None:
    """Render what others read of the texts in which the address of a picture stands."""
    seen = Q(state__in=Summary.SEEN)
    for summary in Summary.objects.filter(seen, text__contains=address, deleted_at=None):
        try:
            rerender(summary)
        except TextRefused:
            continue  # It keeps the HTML it has.
    for comment in Comment.objects.filter(text__contains=address, deleted_at=None):
        try:
            render_comment(comment)
        except TextRefused:
            continue

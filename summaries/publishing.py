"""Write, publish, revise and withdraw summaries; each keeps revisions, citations and lists true."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from papers.models import Paper
from summaries import standing
from summaries.announcing import outbox
from summaries.citing import cited_papers, record_citations
from summaries.feeds import websub
from summaries.models import Revision, Summary
from summaries.rendering import RENDERER_VERSION, Rendered, citation_keys, render_document
from summaries.search import index_summaries
from summaries.signals import summary_published

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


class AlreadyWritten(Exception):
    """The author has a summary of this paper; `summary` is that one."""

    def __init__(self, summary: Summary):
        super().__init__("You have already written a summary of this paper.")
        self.summary = summary


class EditConflict(Exception):
    """The summary was saved since the edit began; `current` is the summary now."""

    def __init__(self, current: Summary):
        super().__init__("Another version was saved in the meantime.")
        self.current = current


def preview(text: str, *, prefix: str) -> Rendered:
    """What publishing `text` would show; raises TextRefused like publishing."""
    return render_document(text, prefix=prefix, papers=cited_papers(citation_keys(text)))


def publish(
    *,
    paper: Paper,
    author: User,
    text: str,
    note: str = "",
    state: str = Summary.State.PUBLISHED,
    is_anonymous: bool = False,
    paper_version: int | None = None,
) -> Summary:
    """Save the author's first text about a paper, published or in another state.

    `paper_version` is the version on arXiv that it is about; the newest one when not told.
    Raises TextRefused when the text cannot be rendered and AlreadyWritten when the author has a
    summary of this paper.
    """
    preview(text, prefix="")  # Refused before a row exists.
    try:
        with transaction.atomic():
            summary = Summary.objects.create(
                paper=paper,
                author=author,
                text=text,
                is_anonymous=is_anonymous,
                paper_version=paper_version or paper.arxiv_version,
            )
            _save_text(summary, text=text, editor=author, note=note, state=state)
    except IntegrityError:
        written = Summary.objects.filter(paper=paper, author=author, deleted_at=None).first()
        if written is None:
            raise
        raise AlreadyWritten(written) from None
    return summary


def revise(
    *,
    summary_id: int,
    editor: User,
    text: str,
    based_on: int,
    note: str = "",
    state: str | None = None,
    is_anonymous: bool | None = None,
    paper_version: int | None = None,
) -> Summary:
    """Replace the text of a summary; a published change is a revision.

    What is None stays: with `paper_version` the author says to have read another version.
    `based_on` is the `save_count` that the editor's form began from; raises EditConflict when it
    was saved since, TextRefused when the text cannot be rendered, Summary.DoesNotExist when the
    editor may not edit it. Saving the same text again makes no revision.
    """
    with transaction.atomic():
        summary = (
            Summary.objects.editable_by(editor).select_for_update(of=("self",)).get(pk=summary_id)
        )
        if summary.save_count != based_on:
            raise EditConflict(summary)
        if is_anonymous is not None:
            summary.is_anonymous = is_anonymous
            summary.save(update_fields=["is_anonymous"])
        if paper_version is not None:
            summary.paper_version = paper_version
        _save_text(
            summary,
            text=text,
            editor=editor,
            note=note,
            state=state or Summary.State(summary.state),
        )
    return summary


def withdraw(*, summary_id: int, editor: User) -> None:
    """Take a summary away; the row stays for 30 days, so that it can come back."""
    with transaction.atomic():
        summary = (
            Summary.objects.editable_by(editor).select_for_update(of=("self",)).get(pk=summary_id)
        )
        summary.deleted_at = timezone.now()
        summary.save(update_fields=["deleted_at"])
        _tell_lists(summary)
        outbox.follow([summary])


def rerender(summary: Summary) -> None:
    """Render the stored text with today's renderer; nothing else changes."""
    _render_into(summary)
    summary.save(update_fields=RENDERED_FIELDS)
    record_citations(summary, citation_keys(summary.text))


def _save_text(summary: Summary, *, text: str, editor: User, note: str, state: str) -> None:
    """Write text and state, with a Revision when readers see a change. Inside a transaction.

    Drafts and private notes leave no revisions: what was tried out there must not turn up in the
    public history.
    """
    summary.text = text
    summary.state = state
    summary.save_count += 1
    _render_into(summary)
    was_published = summary.published_at is not None
    if state == Summary.State.PUBLISHED and text != _latest_revision_text(summary):
        summary.revision_number += 1
        Revision.objects.create(
            summary=summary, number=summary.revision_number, text=text, note=note, editor=editor
        )
        if was_published:
            summary.edited_at = timezone.now()
        else:
            summary.published_at = timezone.now()
    summary.save()
    record_citations(summary, citation_keys(text))
    _tell_lists(summary)
    if was_published:
        outbox.follow([summary])
    elif summary.published_at:
        outbox.announce(summary)
        summary_published.send(Summary, summary=summary)


def _latest_revision_text(summary: Summary) -> str | None:
    return summary.revisions.order_by("-number").values_list("text", flat=True).first()


def _render_into(summary: Summary) -> None:
    rendered = preview(summary.text, prefix=f"s{summary.pk}-")
    summary.html = rendered.html
    summary.excerpt_html = rendered.excerpt_html
    summary.plain_text = rendered.plain_text
    summary.headings = [[item.anchor, item.text, item.level] for item in rendered.headings]
    summary.has_math = rendered.has_math
    summary.word_count = rendered.word_count
    summary.reading_minutes = rendered.reading_minutes
    summary.renderer_version = RENDERER_VERSION


def _tell_lists(summary: Summary) -> None:
    standing.recount_paper(summary.paper_id)
    index_summaries([summary.pk])
    websub.after_change(summary)

"""Write, publish, revise and withdraw summaries; each keeps revisions, citations and lists true."""

import dataclasses
import datetime
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import Paper
from shortscience.lib.sanitise import replace_in_safe
from summaries import screening, standing
from summaries.announcing import outbox
from summaries.citing import cited_papers, record_citations
from summaries.feeds import websub
from summaries.images import pictures_in, want_copies
from summaries.models import Comment, Draft, Revision, Suggestion, Summary
from summaries.picturing import keeping
from summaries.querysets import UNDO_DAYS
from summaries.rendering import (
    MAX_CHARACTERS,
    RENDERER_VERSION,
    Rendered,
    TextRefused,
    citation_keys,
    render_document,
)
from summaries.search import index_summaries
from summaries.signals import summary_published, text_waits

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

# In these the row itself is the author's desk: nobody else reads it.
OWN_EYES = {Summary.State.DRAFT, Summary.State.PRIVATE}
COPIED_AT_ONCE = 2
# Others than the author may read it.
SEEN = {Summary.State.PUBLISHED, Summary.State.UNLISTED}


class AlreadyWritten(Exception):
    """The author has a summary of this paper; `summary` is that one."""

    def __init__(self, summary: Summary):
        super().__init__(_("You have already written a summary of this paper."))
        self.summary = summary


class EditConflict(Exception):
    """The summary was saved since the edit began; `current` is the summary now."""

    def __init__(self, current: Summary):
        super().__init__(_("Another version was saved in the meantime."))
        self.current = current


def preview(text: str, *, prefix: str) -> Rendered:
    """What publishing `text` would show; raises TextRefused like publishing."""
    return render_document(
        text,
        prefix=prefix,
        papers=cited_papers(citation_keys(text)),
        pictures=pictures_in(text),
    )


def publish(
    *,
    paper: Paper,
    author: User,
    text: str,
    note: str = "",
    state: str = Summary.State.PUBLISHED,
    is_anonymous: bool = False,
    paper_version: int | None = None,
    licence: str = Summary.Licence.CC_BY,
) -> Summary:
    """Save the author's first text about a paper, published or in another state.

    `paper_version` is the version on arXiv that it is about; the newest one when not told.
    Raises TextRefused when the text cannot be rendered and AlreadyWritten when the author has a
    summary of this paper.
    """
    # Refused before a row exists, and not while the database waits: a text may take seconds. The
    # number that its ids begin with is known only then.
    stand_in = f"new-{secrets.token_hex(8)}-"
    rendered = preview(text, prefix=stand_in)
    try:
        with transaction.atomic():
            summary = Summary.objects.create(
                paper=paper,
                author=author,
                text=text,
                is_anonymous=is_anonymous,
                paper_version=paper_version or paper.arxiv_version,
                licence=licence,
            )
            rendered = _with_prefix(rendered, stand_in, _prefix_of(summary))
            _save_text(summary, text=text, rendered=rendered, editor=author, note=note, state=state)
    except IntegrityError:
        written = _written_by(author, paper)
        if written is None:
            raise
        raise AlreadyWritten(written) from None
    return summary


def autosave(
    *,
    paper: Paper,
    author: User,
    text: str,
    note: str = "",
    based_on: int | None = None,
    summary_id: int | None = None,
    draft_count: int | None = None,
) -> Summary:
    """Keep what the author is typing; no reader sees a change, and no revision is made.

    A draft or private summary keeps it in its own row, not rendered and whatever the renderer
    would say to it, and a first text makes a draft; any other summary keeps it in its `draft` row.
    `based_on` is the `save_count` of the summary when the form was opened or last saved, None when
    there was no summary; saving in the own row raises it. `summary_id` tells which summary is
    meant; by default the author's of this paper. `draft_count` is the `save_count` of the `draft`
    row that the form has seen, 0 when there was none, so that two tabs do not write over each
    other's; None asks for no such check.

    Raises TextRefused when a first text is blank or any is too long, EditConflict when the summary
    was saved since, AlreadyWritten when moderators hid the author's summary of this paper,
    Summary.DoesNotExist when `summary_id` is not one that the author may edit. The same text again
    is no conflict.
    """
    if len(text) > MAX_CHARACTERS:
        words = _("The text has more than %(limit_value)d characters. Shorten it.")
        raise TextRefused(words % {"limit_value": MAX_CHARACTERS})
    try:
        with transaction.atomic():
            summary = _desk_of(author, paper, summary_id)
            if summary is None:
                return _first_draft(paper, author, text)
            if summary.state in OWN_EYES:
                _save_own_row(summary, text, based_on)
            else:
                _save_draft(summary, text, note, based_on, draft_count)
    except IntegrityError:
        # Two first saves at once: the other one made the row.
        written = _written_by(author, paper)
        if written is None:
            raise
        if written.text != text:
            raise EditConflict(written) from None
        return written
    return summary


def discard_draft(*, summary_id: int, author: User) -> None:
    """Forget the change that is not published yet; the summary stays as readers see it."""
    Draft.objects.filter(
        summary__in=Summary.objects.editable_by(author), summary=summary_id
    ).delete()


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
    licence: str | None = None,
    suggestion: Suggestion | None = None,
    rendered: Rendered | None = None,
) -> Summary:
    """Replace the text of a summary, who reads it or how it is signed; a published change of the
    text is a revision.

    What is None stays: with `paper_version` the author says to have read another version.
    `suggestion` is the one whose change this is. `based_on` is the `save_count` that the editor's
    form began from; raises EditConflict when it was saved since, TextRefused when the text cannot
    be rendered, Summary.DoesNotExist when the editor may not edit it. Saving the same text again
    makes no revision. A change that waited as a draft is done with, but for an accepted suggestion.
    `rendered` is what `preview_of` gave for the text, where a transaction is open already.
    """
    rendered = rendered or preview_of(summary_id, text)
    with transaction.atomic():
        summary = _locked(summary_id, editor)
        if summary.save_count != based_on:
            raise EditConflict(summary)
        is_retold = _sign(summary, is_anonymous)
        if licence is not None and licence != summary.licence:
            summary.licence, is_retold = licence, True
        if paper_version is not None:
            summary.paper_version = paper_version
        if is_retold and summary.is_public:
            # Feeds tell by this date that an entry is to be read again.
            summary.edited_at = timezone.now()
        _save_text(
            summary,
            text=text,
            rendered=rendered,
            editor=editor,
            note=note,
            state=state or Summary.State(summary.state),
            suggestion=suggestion,
        )
        if suggestion is None:
            Draft.objects.filter(summary=summary).delete()
    return summary


def share(*, summary_id: int, editor: User) -> Summary:
    """Let everyone read who has the new secret link; an older link is dead.

    A published summary is no longer public then. Raises Summary.DoesNotExist, and TextRefused when
    a draft cannot be rendered.
    """
    kept = Summary.objects.editable_by(editor).get(pk=summary_id)
    rendered = preview_of(summary_id, kept.text)
    with transaction.atomic():
        summary = _locked(summary_id, editor)
        if summary.text != kept.text:  # Typed on meanwhile.
            rendered = preview_of(summary_id, summary.text)
        _fill_in(summary, rendered)
        screening.refuse_blocked(summary.html)
        summary.save(update_fields=RENDERED_FIELDS)
        record_citations(summary, citation_keys(summary.text))
        _copy_pictures(rendered.picture_sources)
        summary.secret = _new_secret()
        _set_state(summary, Summary.State.UNLISTED)
    return summary


def unshare(*, summary_id: int, editor: User) -> Summary:
    """Nobody but the author reads it any more; the secret link is dead for good."""
    with transaction.atomic():
        summary = _locked(summary_id, editor)
        _set_state(summary, Summary.State.PRIVATE)
    return summary


def withdraw(*, summary_id: int, editor: User) -> None:
    """Take a summary away; the row stays for 30 days, so that it can come back."""
    with transaction.atomic():
        summary = _locked(summary_id, editor)
        summary.deleted_at = timezone.now()
        summary.save(update_fields=["deleted_at"])
        _tell_lists(summary)
        outbox.follow([summary])


def bring_back(*, summary_id: int, editor: User) -> Summary:
    """Undo a deletion of the last 30 days: everything is as it was, votes and comments too.

    Raises AlreadyWritten when the author has written another summary of the paper meanwhile,
    Summary.DoesNotExist when it is purged, removed by moderators or not the editor's.
    """
    with transaction.atomic():
        summary = (
            Summary.objects.deleted_by(editor).select_for_update(of=("self",)).get(pk=summary_id)
        )
        if not summary.came_by_merge and (written := _written_by(editor, summary.paper)):
            raise AlreadyWritten(written)
        summary.deleted_at = None
        summary.save(update_fields=["deleted_at"])
        _tell_lists(summary)
        outbox.follow([summary])
    return summary


def purge_deleted() -> int:
    """Delete for good, with all that hangs on it, what was taken away more than 30 days ago.

    A summary waits while a post about it is still to be removed. Returns how many are gone.
    """
    before = timezone.now() - datetime.timedelta(days=UNDO_DAYS)
    old = Summary.objects.filter(deleted_at__lt=before).exclude(announcements__deed="delete")
    count = 0
    for number in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Asked again under the lock: it may have come back.
            summary = old.select_for_update(of=("self",)).filter(pk=number).first()
            if summary is not None:
                index_summaries([summary.pk])
                summary.delete()
                count += 1
    return count


def show_as_kept(summary: Summary) -> str:
    """Fill in what a draft that was saved while typing would look like, without saving it.

    Returns why it cannot be rendered, in words, or "".
    """
    if summary.renderer_version or summary.state not in OWN_EYES:
        return ""
    try:
        _render_into(summary)
    except TextRefused as error:
        summary.html = summary.excerpt_html = ""
        return str(error)
    return ""


def rerender(summary: Summary) -> None:
    """Render the stored text with today's renderer; nothing else changes.

    Pictures of other hosts that an older one left where they are wait to be copied.
    """
    rendered = preview_of(summary.pk, summary.text)
    _fill_in(summary, rendered)
    told = {name: getattr(summary, name) for name in RENDERED_FIELDS}
    # Not when another text was saved while this one was rendered.
    if Summary.objects.filter(pk=summary.pk, save_count=summary.save_count).update(**told):
        record_citations(summary, citation_keys(summary.text))
        if summary.state in SEEN:
            want_copies(rendered.picture_sources)


def preview_of(summary_id: int, text: str) -> Rendered:
    """`text` as the page of this summary would show it. Raises TextRefused."""
    return preview(text, prefix=f"s{summary_id}-")


def _prefix_of(summary: Summary) -> str:
    return f"s{summary.pk}-"


def _with_prefix(rendered: Rendered, stand_in: str, prefix: str) -> Rendered:
    """The same with another prefix of ids; `stand_in` is random, so that no text holds it."""
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


def _locked(summary_id: int, editor: User) -> Summary:
    return Summary.objects.editable_by(editor).select_for_update(of=("self",)).get(pk=summary_id)


def _written_by(author: User, paper: Paper) -> Summary | None:
    """The one that stands in the way of another; a merge of papers may have left more."""
    return Summary.objects.filter(
        paper=paper, author=author, deleted_at=None, came_by_merge=False
    ).first()


def _desk_of(author: User, paper: Paper, summary_id: int | None) -> Summary | None:
    """The author's summary that is being written, locked; None when there is none yet."""
    if summary_id is not None:
        return _locked(summary_id, author)
    written = _written_by(author, paper)
    if written is None:
        return None
    if written.state == Summary.State.HIDDEN:
        raise AlreadyWritten(written)
    return _locked(written.pk, author)


def _first_draft(paper: Paper, author: User, text: str) -> Summary:
    if not text.strip():
        raise TextRefused(_("There is nothing to save yet. Write a sentence first."))
    return Summary.objects.create(
        paper=paper, author=author, text=text, paper_version=paper.arxiv_version, save_count=1
    )


def _save_own_row(summary: Summary, text: str, based_on: int | None) -> None:
    if summary.text == text:
        return
    if summary.save_count != based_on:
        raise EditConflict(summary)
    summary.text = text
    summary.save_count += 1
    # Rendered when somebody looks at it, or by `rerender`.
    summary.renderer_version = 0
    summary.save(update_fields=["text", "save_count", "renderer_version"])
    Draft.objects.filter(summary=summary).delete()


def _save_draft(
    summary: Summary, text: str, note: str, based_on: int | None, draft_count: int | None
) -> None:
    draft = Draft.objects.filter(summary=summary).first() or Draft(summary=summary)
    if (draft.text, draft.note) == (text, note) and draft.based_on == based_on:
        return
    if summary.save_count != based_on:
        raise EditConflict(summary)
    if draft_count is not None and draft_count != draft.save_count and draft.text != text:
        raise EditConflict(summary)
    draft.text, draft.note, draft.based_on = text, note, based_on
    draft.save_count += 1
    draft.save()
    summary.draft = draft


def _sign(summary: Summary, is_anonymous: bool | None) -> bool:
    """Sign it, or sign it no more; True when that is a change.

    The author's comments under it go with it: they would tell who wrote an anonymous one.
    """
    if is_anonymous is None or is_anonymous == summary.is_anonymous:
        return False
    # The person's feed loses or gets it: a hub hears of the lists before and after.
    websub.after_change(summary)
    summary.is_anonymous = is_anonymous
    summary.save(update_fields=["is_anonymous"])
    if summary.author_id:
        Comment.objects.filter(summary=summary, author=summary.author_id).update(
            is_anonymous=is_anonymous
        )
    return True


def _new_secret() -> str:
    """128 random bits in 22 characters that addresses take as they are."""
    return secrets.token_urlsafe(16)


def _set_state(summary: Summary, state: str) -> None:
    """Another state for the same text, where no revision can follow. Inside a transaction."""
    summary.state = state
    summary.save_count += 1
    _fit_secret(summary)
    summary.save(update_fields=["state", "save_count", "secret"])
    _tell_lists(summary)
    outbox.follow([summary])


def _fit_secret(summary: Summary) -> None:
    """There is a link while there is something to read by it, and it never comes alive again."""
    if summary.state != Summary.State.UNLISTED:
        summary.secret = None
    elif summary.secret is None:
        summary.secret = _new_secret()


def _save_text(
    summary: Summary,
    *,
    text: str,
    rendered: Rendered,
    editor: User,
    note: str,
    state: str,
    suggestion: Suggestion | None = None,
    is_screened: bool = False,
) -> None:
    """Write text and state, with a Revision when readers see a change. Inside a transaction.

    Drafts and private notes leave no revisions: what was tried out there must not turn up in the
    public history.
    """
    summary.text = text
    summary.save_count += 1
    _fill_in(summary, rendered)
    summary.state = state = state if is_screened else _screened(summary, state)
    _fit_secret(summary)
    was_published = summary.published_at is not None
    if state == Summary.State.PUBLISHED and text != _latest_revision_text(summary):
        summary.revision_number += 1
        Revision.objects.create(
            summary=summary,
            number=summary.revision_number,
            text=text,
            note=note,
            editor=editor,
            suggestion=suggestion,
            licence=summary.licence,
        )
        if was_published:
            summary.edited_at = timezone.now()
        else:
            summary.published_at = timezone.now()
    summary.save()
    record_citations(summary, citation_keys(text))
    if state in SEEN:
        _copy_pictures(rendered.picture_sources)
    _tell_lists(summary)
    if was_published:
        outbox.follow([summary])
    elif summary.published_at:
        outbox.announce(summary)
        summary_published.send(Summary, summary=summary)
    if state == Summary.State.WAITING:
        summary.is_held = True
        summary.save(update_fields=["is_held"])
        text_waits.send(Summary, written=summary)


def publish_waiting(*, summary_id: int) -> Summary:
    """Show a summary that waited for a moderator; one that did not wait stays as it is."""
    waiting = Summary.objects.get(pk=summary_id)
    rendered = preview_of(summary_id, waiting.text)
    with transaction.atomic():
        summary = Summary.objects.select_for_update(of=("self",)).get(pk=summary_id)
        if summary.text != waiting.text:
            rendered = preview_of(summary_id, summary.text)
        if summary.state == Summary.State.WAITING and summary.deleted_at is None:
            summary.is_held = False
            _save_text(
                summary,
                text=summary.text,
                rendered=rendered,
                editor=summary.author,
                note="",
                state=Summary.State.PUBLISHED,
                is_screened=True,
            )
    return summary


def _screened(summary: Summary, state: str) -> str:
    """The state that a text may have; raises TextRefused for what nobody may be shown."""
    if state not in SEEN:
        return state
    screening.refuse_unproved(summary.author)
    screening.refuse_blocked(summary.html)
    if state == Summary.State.PUBLISHED and (
        summary.is_held or screening.must_wait(summary.author, summary.html)
    ):
        return Summary.State.WAITING
    return state


def _latest_revision_text(summary: Summary) -> str | None:
    return summary.revisions.order_by("-number").values_list("text", flat=True).first()


def _render_into(summary: Summary) -> None:
    _fill_in(summary, preview_of(summary.pk, summary.text))


def _fill_in(summary: Summary, rendered: Rendered) -> None:
    summary.html = rendered.html
    summary.excerpt_html = rendered.excerpt_html
    summary.plain_text = rendered.plain_text
    summary.headings = [[item.anchor, item.text, item.level] for item in rendered.headings]
    summary.has_math = rendered.has_math
    summary.word_count = rendered.word_count
    summary.reading_minutes = rendered.reading_minutes
    summary.renderer_version = RENDERER_VERSION


def _copy_pictures(sources: Iterable[str]) -> None:
    """Have those of other hosts copied, by a worker, once the text is saved."""
    from summaries.tasks import copy_image

    wanted = want_copies(sources)
    # Without workers the page waits for them.
    for number in wanted[:COPIED_AT_ONCE] if settings.CELERY_TASK_ALWAYS_EAGER else wanted:
        copy_image.delay_on_commit(number)


def _tell_lists(summary: Summary) -> None:
    standing.recount_paper(summary.paper_id)
    index_summaries([summary.pk])
    websub.after_change(summary)
    keeping.after_change(summary)

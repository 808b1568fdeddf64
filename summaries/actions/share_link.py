"""Secret links: only people who have the address can read a shared summary."""

from accounts.models import User
from common.db.transactions import transactional
from summaries.actions import spam_checks
from summaries.actions.write_text import new_secret, sync_share_secret
from summaries.citations import record_citations
from summaries.editor.edit_conflicts import locked
from summaries.editor.preview import (
    RENDERED_FIELDS,
    Prepared,
    StaleRenderingError,
    assign_rendered_fields,
    preview_of,
    render_and_store,
)
from summaries.events import summary_changed
from summaries.media.images import copy_soon
from summaries.models import Summary
from summaries.rendering import citation_keys


def share(*, summary_id: int, editor: User) -> Summary:
    """Share a summary by a new secret link; an older link stops working.

    A published summary is no longer public after that. Raises Summary.DoesNotExist, and
    TextRefusedError when a draft cannot be rendered.
    """

    def prepare() -> Prepared:
        text = Summary.objects.editable_by(editor).values_list("text", flat=True).get(pk=summary_id)
        return Prepared(text, preview_of(summary_id, text))

    return render_and_store(prepare, lambda prepared: _share(summary_id, editor, prepared))


@transactional
def _share(summary_id: int, editor: User, prepared: Prepared) -> Summary:
    summary = locked(summary_id, editor)
    if summary.text != prepared.text:
        raise StaleRenderingError
    assign_rendered_fields(summary, prepared.rendered)
    spam_checks.refuse_blocked(summary.html)
    summary.save(update_fields=RENDERED_FIELDS)
    record_citations(summary, citation_keys(summary.text))
    copy_soon(prepared.rendered.picture_sources)
    summary.secret = new_secret()
    _set_state(summary, Summary.State.UNLISTED)
    return summary


@transactional
def unshare(*, summary_id: int, editor: User) -> Summary:
    """Make a shared summary private; its secret link never works again.

    Raises Summary.DoesNotExist when `editor` may not edit it.
    """
    summary = locked(summary_id, editor)
    _set_state(summary, Summary.State.PRIVATE)
    return summary


def _set_state(summary: Summary, state: str) -> None:
    """Change the state, not the text, so that no revision follows; inside a transaction."""
    summary.state = state
    summary.save_count += 1
    sync_share_secret(summary)
    summary.save(update_fields=["state", "save_count", "secret"])
    summary_changed.send(Summary, summary=summary)

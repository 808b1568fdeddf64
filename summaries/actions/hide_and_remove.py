"""What moderators do to summaries and comments; lists, counts and posts are updated at once."""

from collections.abc import Iterable
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone

from common.db.transactions import transactional
from summaries.actions import comment, publish
from summaries.editor.preview import Prepared, StaleRenderingError, render_and_store
from summaries.events import summary_changed
from summaries.locks import lock_comment, lock_summary
from summaries.models import Comment, Summary

# A moderator may publish texts in these states.
WITHHELD = {"hidden", "waiting"}


class RestoreError(Exception):
    """The text cannot be shown; the message explains why."""


def hide(texts: Iterable[Summary | Comment]) -> int:
    """Hide published and waiting texts from readers; return how many were hidden."""
    return sum(_hide(text, is_removed=False) for text in list(texts))


def remove(texts: Iterable[Summary | Comment]) -> int:
    """Remove texts, from their authors too; return how many were removed.

    They are purged after 30 days.
    """
    return sum(_hide(text, is_removed=True) for text in list(texts))


def restore(texts: Iterable[Summary | Comment]) -> int:
    """Show texts that were hidden or removed, and publish those that wait for a moderator.

    Only a text that was never public is announced. Returns how many texts are shown now. Raises
    RestoreError when an author has written another summary of the paper in the meantime.
    """
    return sum(
        render_and_store(partial(prepare, text), partial(show, text)) for text in list(texts)
    )


def prepare(text: Summary | Comment) -> Prepared | None:
    """Render the text for `show`, before a transaction is open; None for one that is public.

    Raises TextRefusedError, and DoesNotExist when the row no longer exists.
    """
    if type(text).objects.values_list("state", flat=True).get(pk=text.pk) not in WITHHELD:
        return None
    prepared: Prepared | None = (publish if isinstance(text, Summary) else comment).prepare(text.pk)
    return prepared


@transactional
def _hide(text: Summary | Comment, *, is_removed: bool) -> bool:
    stored = lock(text)
    was_hidden = stored.state == "hidden"
    if was_hidden and not (is_removed and stored.deleted_at is None):
        return False
    if stored.deleted_at is not None:
        # Its author deleted it: there is nothing to hide.
        return False
    stored.state = "hidden"
    fields = ["state"]
    if is_removed:
        stored.deleted_at = timezone.now()
        fields.append("deleted_at")
    if is_removed and isinstance(stored, Summary):
        stored.is_removed = True
        fields.append("is_removed")
    stored.save(update_fields=fields)
    _recount(stored)
    return True


@transactional
def show(text: Summary | Comment, prepared: Prepared | None) -> bool:
    """Restore one text with the result of `prepare`; return whether it was withheld.

    Raises StaleRenderingError when the text has changed since, and RestoreError as `restore` does.
    """
    stored = lock(text)
    if stored.state not in WITHHELD:
        return False
    if stored.state == "waiting" and stored.deleted_at is not None:
        return False
    if prepared is None:
        raise StaleRenderingError
    # Published like a waiting text, so that one that was never public is announced and counted.
    stored.state, stored.deleted_at = "waiting", None
    fields = ["state", "deleted_at"]
    if isinstance(stored, Summary):
        stored.is_removed = False
        fields.append("is_removed")
    try:
        with transaction.atomic():
            stored.save(update_fields=fields)
    except IntegrityError:
        raise RestoreError(
            "The author has written another summary of this paper in the meantime."
        ) from None
    module = publish if isinstance(stored, Summary) else comment
    module.show_waiting(stored.pk, prepared)
    return True


def lock(text: Summary | Comment) -> Summary | Comment:
    """Lock a text, after its paper, and return it as stored; inside a transaction."""
    return lock_summary(text.pk) if isinstance(text, Summary) else lock_comment(text.pk)


def _recount(text: Summary | Comment) -> None:
    if isinstance(text, Comment):
        comment.recount(text)
    else:
        summary_changed.send(Summary, summary=text)

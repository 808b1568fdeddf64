"""What moderators do to summaries and comments; lists, counts and posts follow at once."""

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

# Texts in these states may be shown by a moderator.
WITHHELD = {"hidden", "waiting"}


class RestoreError(Exception):
    """The text can not be shown; the message tells why."""


def hide(texts: Iterable[Summary | Comment]) -> int:
    """Take published and waiting texts out of sight; returns how many were."""
    return sum(_take_away(text, is_removed=False) for text in list(texts))


def remove(texts: Iterable[Summary | Comment]) -> int:
    """Take texts away from their authors too, for 30 days before they are gone for good."""
    return sum(_take_away(text, is_removed=True) for text in list(texts))


def restore(texts: Iterable[Summary | Comment]) -> int:
    """Show texts again that were hidden or removed, and those that wait for the first time.

    Whoever is told of what is new hears of what was never shown; returns how many are shown now.
    Raises RestoreError when an author has written another summary of the paper meanwhile.
    """
    return sum(
        render_and_store(partial(prepare, text), partial(show, text)) for text in list(texts)
    )


def prepare(text: Summary | Comment) -> Prepared | None:
    """What `show` needs, made before a transaction is open; None for a text that is shown.

    Raises TextRefusedError, and DoesNotExist when it is gone.
    """
    if type(text).objects.values_list("state", flat=True).get(pk=text.pk) not in WITHHELD:
        return None
    prepared: Prepared | None = (publish if isinstance(text, Summary) else comment).prepare(text.pk)
    return prepared


@transactional
def _take_away(text: Summary | Comment, *, is_removed: bool) -> bool:
    stored = lock(text)
    was_hidden = stored.state == "hidden"
    if was_hidden and not (is_removed and stored.deleted_at is None):
        return False
    if stored.deleted_at is not None:
        # Its author took it back: nothing is there to be hidden.
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
    _tell(stored)
    return True


@transactional
def show(text: Summary | Comment, prepared: Prepared | None) -> bool:
    """`restore` one text with what `prepare` made of it; raises StaleRenderingError too."""
    stored = lock(text)
    if stored.state not in WITHHELD:
        return False
    if stored.state == "waiting" and stored.deleted_at is not None:
        return False
    if prepared is None:
        raise StaleRenderingError
    # Through the door of what waits: what was never public is announced, indexed and counted.
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
            "Its author has written another summary of this paper meanwhile."
        ) from None
    module = publish if isinstance(stored, Summary) else comment
    module.show_waiting(stored.pk, prepared)
    return True


def lock(text: Summary | Comment) -> Summary | Comment:
    """The locked text as it is now, its paper before it. Inside a transaction."""
    return lock_summary(text.pk) if isinstance(text, Summary) else lock_comment(text.pk)


def _tell(text: Summary | Comment) -> None:
    if isinstance(text, Comment):
        comment.recount(text)
    else:
        summary_changed.send(Summary, summary=text)

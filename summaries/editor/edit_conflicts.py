"""Two texts for one place: the lock that keeps two saves apart, and what a save is refused with."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import Paper
from summaries.locks import lock_summary
from summaries.models import Draft, Summary


class SummaryExistsError(Exception):
    """The author has a summary of this paper; `summary` is that one."""

    def __init__(self, summary: Summary):
        super().__init__(_("You have already written a summary of this paper."))
        self.summary = summary


class EditConflictError(Exception):
    """The summary was saved since the edit began; `current` is the summary now."""

    def __init__(self, current: Summary):
        super().__init__(_("Another version was saved in the meantime."))
        self.current = current


def locked(summary_id: int, editor: User) -> Summary:
    """Its other savers wait; raises Summary.DoesNotExist when `editor` may not edit it."""
    return lock_summary(summary_id, Summary.objects.editable_by(editor))


def existing_summary(author: User, paper: Paper) -> Summary | None:
    """The one that stands in the way of another; a merge of papers may have left more."""
    return Summary.objects.filter(
        paper=paper, author=author, deleted_at=None, came_by_merge=False
    ).first()


@dataclass(frozen=True)
class UnseenVersion:
    """A text that is not the writer's own: what it is, and how it reads."""

    name: str
    text: str


def unseen_versions(
    summary: Summary, *, text: str, based_on: int, draft: Draft | None, draft_count: int | None
) -> list[UnseenVersion]:
    """What saving `text` would write over unseen; [] when it is the next thing to save.

    `based_on` and `draft_count` are the save_counts that the writer's form has seen; None for
    `draft_count` asks for no such check.
    """
    found = []
    is_first_draft = summary.state == Summary.State.DRAFT and summary.published_at is None
    # Equal texts may still differ in how they are signed, which readers would see.
    if summary.save_count != based_on and not (is_first_draft and summary.text == text):
        found.append(UnseenVersion(_("Saved in the meantime"), summary.text))
    is_unseen = draft is not None and draft_count is not None and draft.save_count != draft_count
    if is_unseen and draft.text not in (text, summary.text):
        found.append(UnseenVersion(_("Draft from another tab or device"), draft.text))
    return found

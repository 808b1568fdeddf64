"""What an editor's page needs to know of drafts, and what the page remembers beside the text."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from summaries.models import Draft, Summary


@dataclass(frozen=True)
class Other:
    """A text that is not the writer's own: what it is, and how it reads."""

    name: str
    text: str


def draft_of(summary: Summary) -> Draft | None:
    """The change of a summary that is not published yet; one query."""
    return Draft.objects.filter(summary=summary).first()


def others(
    summary: Summary, *, text: str, based_on: int, draft: Draft | None, draft_count: int | None
) -> list[Other]:
    """What saving `text` would write over unseen; [] when it is the next thing to save.

    `based_on` and `draft_count` are the save_counts that the writer's form has seen; None for
    `draft_count` asks for no such check.
    """
    found = []
    is_first_draft = summary.state == Summary.State.DRAFT and summary.published_at is None
    # Equal texts may still differ in how they are signed, which readers would see.
    if summary.save_count != based_on and not (is_first_draft and summary.text == text):
        found.append(Other(_("Saved in the meantime"), summary.text))
    is_unseen = draft is not None and draft_count is not None and draft.save_count != draft_count
    if is_unseen and draft.text not in (text, summary.text):
        found.append(Other(_("Draft from another tab or device"), draft.text))
    return found


def remember_choices(
    summary: Summary, *, is_anonymous: bool, licence: str | None, paper_version: int | None
) -> None:
    """Keep what was chosen beside the text of a draft that nobody but its author ever saw.

    Of a summary that readers know, nothing may change before its author says so.
    """
    if summary.state != Summary.State.DRAFT or summary.published_at is not None:
        return
    changes = {"is_anonymous": is_anonymous, "licence": licence, "paper_version": paper_version}
    told = {name: value for name, value in changes.items() if value is not None}
    Summary.objects.filter(pk=summary.pk, state=Summary.State.DRAFT, published_at=None).update(
        **told
    )

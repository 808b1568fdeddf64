"""What the pages of moderators say of a case, in words."""

from moderation.models import Case
from moderation.reasons import TEMPLATES, Reason

DONE = {
    "kept": "Kept.",
    "shown": "Shown: everyone can read it now.",
    "restored": "Shown again.",
    "hidden": "Hidden. Here you can show it again.",
    "declined": "Not shown; the author is told why.",
    "asked": "The author is asked to edit it. It stands under Mine.",
    "removed": "Removed. For 30 days you can show it again here.",
    "suspended": "The account is suspended. The text is as it was.",
}


def heading_of(case: Case) -> str:
    text = case.text
    paper = text.paper or text.summary.paper
    kind = "Summary" if case.summary_id else "Question" if text.paper_id else "Comment"
    preposition = "on" if case.summary_id or text.paper_id else "under a summary of"
    return f"{kind} by {text.byline_name} {preposition} “{paper.title}”"


def what_happened(case: Case) -> str:
    act = case.actions.select_related("moderator").first()
    if case.state == Case.State.WAITING or act is None:
        return "There is something new: another report, or the author has changed the text."
    return f"{act.moderator or 'Somebody'} was quicker: {act.get_deed_display().lower()}."


def reasons() -> list[tuple[str, str, str]]:
    """(value, label, words to the author) of all there are."""
    return [(reason.value, reason.label, TEMPLATES[reason]) for reason in Reason]

"""Texts about a case on the pages of moderators."""

from moderation.models import Case
from moderation.reasons import TEMPLATES, Reason

DONE = {
    "kept": "Kept.",
    "shown": "Shown: everyone can read it now.",
    "restored": "Shown again.",
    "hidden": "Hidden. You can show it again here.",
    "declined": "Not published. The author is notified of the reason.",
    "asked": "The author is asked to edit it. The case is listed under Mine.",
    "removed": "Removed. You can restore it here for 30 days.",
    "suspended": "The account is suspended. The text has not changed.",
}


def heading_of(case: Case) -> str:
    """Return the heading of a case: "Summary by Mara on “A title”"."""
    text = case.text
    paper = text.paper or text.summary.paper
    kind = "Summary" if case.summary_id else "Question" if text.paper_id else "Comment"
    preposition = "on" if case.summary_id or text.paper_id else "under a summary of"
    return f"{kind} by {text.byline_name} {preposition} “{paper.title}”"


def what_happened(case: Case) -> str:
    """Say why a moderator's page is out of date."""
    act = case.actions.select_related("moderator").first()
    if case.state == Case.State.WAITING or act is None:
        return "There is a new report, or the author has changed the text."
    return f"{act.moderator or 'Another moderator'} was faster: {act.get_deed_display().lower()}."


def reasons() -> list[tuple[str, str, str]]:
    """Return (value, label, sentence for the author) for every reason."""
    return [(reason.value, reason.label, TEMPLATES[reason]) for reason in Reason]

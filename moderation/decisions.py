"""What moderators decided about a text, as its author sees it: never who decided."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from moderation.author_notices import message_to_author, why
from moderation.models import Case, ModerationAction
from summaries.models import Comment, Summary

Action = ModerationAction.Action
TAKEN_AWAY = (Action.HIDDEN, Action.DECLINED, Action.REMOVED)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """`action` is one of ModerationAction.Action; `sentence` and `why` are sentences for the author."""

    deed: str
    sentence: str
    why: str
    was_edited_since: bool


# A summary may have been hidden without a case.
_HIDDEN_BY_HAND = Decision(
    deed=Action.HIDDEN,
    sentence=gettext_lazy("Moderators have hidden your summary."),
    why="",
    was_edited_since=False,
)


def decision_on(text: Summary | Comment, reader) -> Decision | None:
    """Return the decision that hides a text or asks its author to edit; None for other readers.

    Costs one query for the author of a text that has no case.
    """
    if not reader.is_authenticated or text.author_id != reader.pk:
        return None
    column = "summary" if isinstance(text, Summary) else "comment"
    case = Case.objects.filter(**{column: text}).first()
    act = _standing(case, text) if case else None
    if act is None:
        return _HIDDEN_BY_HAND if text.state == "hidden" else None
    return Decision(
        deed=act.deed,
        sentence=message_to_author(act),
        why=why(act),
        was_edited_since=case.was_edited_since(text),
    )


def _standing(case: Case, text: Summary | Comment) -> ModerationAction | None:
    if text.state == "hidden":
        return case.actions.filter(deed__in=TAKEN_AWAY).first()
    # A text that its author has made private since needs no decision.
    if case.state == Case.State.ASKED and text.state in {"published", "waiting"}:
        return case.actions.filter(deed=Action.ASKED).first()
    return None

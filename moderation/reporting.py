"""Reports of texts by readers; each text has one case for all its reports."""

from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from common.db.transactions import transactional
from moderation.models import Case, Report
from summaries.models import Comment, Summary


def report(
    *, text: Summary | Comment, reporter: User | None, reason: str, details: str = ""
) -> Report | None:
    """Report a text to the moderators.

    `reporter` is None for a reader who is not signed in. A case that was done is reopened. Returns
    None when the reporter has an open report of the text already.
    """
    try:
        return _report(text, reporter=reporter, reason=reason, words=details)
    except IntegrityError:
        if reporter and has_reported(text, reporter):
            return None
        raise


@transactional
def _report(text: Summary | Comment, **fields: object) -> Report:
    return Report.objects.create(case=open_case(text), **fields)


def has_reported(text: Summary | Comment, person: User) -> bool:
    """Return whether the person has an open report of the text."""
    mine = Report.objects.filter(reporter=person, settled_at=None)
    return mine.filter(**{f"case__{_column(text)}": text}).exists()


def open_case(text: Summary | Comment, *, is_screening: bool = False) -> Case:
    """Return the text's case with the state "waiting", creating or reopening it.

    Call it inside a transaction.
    """
    case, is_new = Case.objects.get_or_create(
        **{_column(text): text}, defaults={"is_screening": is_screening}
    )
    if is_new:
        return case
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if case.state == Case.State.DONE:
        case.state, case.taken_by = Case.State.WAITING, None
        case.opened_at, case.decided_at = timezone.now(), None
    elif is_screening:
        # The author has edited it as requested, or before anyone looked at it.
        case.state = Case.State.WAITING
    case.is_screening = case.is_screening or is_screening
    case.change_count += 1
    case.save()
    return case


def on_text_waits(text: Summary | Comment, **kwargs) -> None:
    """Open the case of a text that waits for approval."""
    open_case(text, is_screening=True)


def _column(text: Summary | Comment) -> str:
    return "summary" if isinstance(text, Summary) else "comment"

"""Readers say that a text should not be there; each text has one case for all its reports."""

from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from common.db.transactions import transactional
from moderation.models import Case, Report
from summaries.models import Comment, Summary


def report(
    *, text: Summary | Comment, reporter: User | None, reason: str, words: str = ""
) -> Report | None:
    """Put a text before a moderator; None when the reporter has an open report of it already.

    `reporter` is None for somebody who is not signed in. A case that was done is open again.
    """
    try:
        return _report(text, reporter=reporter, reason=reason, words=words)
    except IntegrityError:
        if reporter and has_reported(text, reporter):
            return None
        raise


@transactional
def _report(text: Summary | Comment, **said: object) -> Report:
    return Report.objects.create(case=open_case(text), **said)


def has_reported(text: Summary | Comment, person: User) -> bool:
    """Whether the person's report of it waits for a moderator."""
    mine = Report.objects.filter(reporter=person, settled_at=None)
    return mine.filter(**{f"case__{_column(text)}": text}).exists()


def open_case(text: Summary | Comment, *, is_screening: bool = False) -> Case:
    """The text's case, waiting: a new one, or the old one again. Inside a transaction."""
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
        # Its author has changed it as was asked, or before anybody looked.
        case.state = Case.State.WAITING
    case.is_screening = case.is_screening or is_screening
    case.change_count += 1
    case.save()
    return case


def on_text_waits(text: Summary | Comment, **kwargs) -> None:
    open_case(text, is_screening=True)


def _column(text: Summary | Comment) -> str:
    return "summary" if isinstance(text, Summary) else "comment"

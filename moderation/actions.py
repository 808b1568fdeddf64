"""What moderators do with a case: each action has a reason and a log entry, and notifies people."""

import datetime

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.utils import timezone

from accounts import usernames
from accounts.locks import lock_account
from accounts.models import User
from accounts.suspensions import end_suspension, is_suspended, suspend
from common.db.transactions import TryAgainError, transactional
from common.text.shorten import shorten
from moderation import author_notices
from moderation.models import Case, ModerationAction
from summaries.actions import hide_and_remove
from summaries.editor.preview import Prepared, render_and_store
from summaries.models import Comment

Action = ModerationAction.Action
SUSPENSION_DAYS = (1, 7, 30, 365)
# The decisions that a form offers.
CHOICES = {
    "keep": "Keep",
    "hide": "Hide",
    "ask": "Ask to edit",
    "remove": "Remove",
}


class StaleCaseError(Exception):
    """The case has changed since the page was loaded; `case` is its current state."""

    def __init__(self, case: Case):
        super().__init__("Someone else has changed this case in the meantime.")
        self.case = case


class ActionNotAllowedError(Exception):
    """The action is not possible; the message says why."""


def decide(
    *,
    case_id: int,
    seen: int,
    choice: str,
    moderator: User,
    reason: str,
    message: str = "",
    note: str = "",
) -> ModerationAction:
    """Keep, hide, ask to edit or remove the text of a case.

    `seen` is the change_count of the case on the moderator's page. `message` is shown to the author
    after the sentence of the reason, `note` to moderators only.

    Raises StaleCaseError when the case has changed since, ActionNotAllowedError, and
    Case.DoesNotExist when the author has withdrawn the text.
    """

    def prepare() -> Prepared | None:
        # Only a text that will be shown again is rendered.
        return hide_and_remove.prepare(_readable(case_id).text) if choice == "keep" else None

    return render_and_store(
        prepare,
        lambda prepared: _decide(
            case_id=case_id,
            seen=seen,
            choice=choice,
            moderator=moderator,
            explanation={"reason": reason, "words": message, "note": note},
            prepared=prepared,
        ),
    )


@transactional
def _decide(
    *,
    case_id: int,
    seen: int,
    choice: str,
    moderator: User,
    explanation: dict[str, str],
    prepared: Prepared | None,
) -> ModerationAction:
    case = _locked(case_id, seen)
    if case.text.author_id == moderator.pk:
        raise ActionNotAllowedError("You wrote this text. Another moderator has to decide.")
    decision = _do(case, choice, prepared)
    if choice == "ask":
        case.state, case.taken_by = Case.State.ASKED, moderator
    else:
        case.state, case.is_screening = Case.State.DONE, False
    case.decided_at = timezone.now()
    _count_on(case)
    act = ModerationAction.objects.create(
        deed=decision, subject=subject_of(case), case=case, moderator=moderator, **explanation
    )
    author_notices.notify_author(act)
    if choice != "ask":
        author_notices.close_reports(act)
    return act


@transactional
def take_case(*, case_id: int, moderator: User) -> Case:
    """Assign a case to the moderator, or unassign it if it is the moderator's already."""
    case = _open(case_id)
    case.taken_by = None if case.taken_by_id == moderator.pk else moderator
    case.save(update_fields=["taken_by"])
    return case


@transactional
def suspend_author(
    *, case_id: int, seen: int, moderator: User, days: int, reason: str, message: str = "", note=""
) -> ModerationAction:
    """Suspend the author of a signed text; the text and the state of the case do not change.

    Raises like `decide`. ActionNotAllowedError also for an anonymous text, because a suspension
    would reveal its author.
    """
    person = _readable(case_id).text.byline
    if person is not None:
        # Lock the account before the case: its votes are recounted.
        lock_account(person)
    case = _open(case_id)
    if case.change_count != seen:
        raise StaleCaseError(case)
    if case.text.byline != person:
        raise TryAgainError(f"The text of case {case_id} has another byline now.")
    if person is None:
        raise ActionNotAllowedError(
            "The author is anonymous, and a suspension would be visible. "
            "Hide or remove the text; an administrator can reveal the name."
        )
    _count_on(case)
    return suspend_person(
        person=person,
        moderator=moderator,
        days=days,
        reason=reason,
        message=message,
        note=note,
    )


@transactional
def suspend_person(
    *, person: User, moderator: User, days: int, reason: str, message="", note=""
) -> ModerationAction:
    """Suspend an account for `days`.

    Raises ActionNotAllowedError for the accounts of moderators, one's own included. The log entry
    refers to no text: if that became anonymous later, the entry would reveal its author.
    """
    if person.is_staff or person.is_superuser:
        raise ActionNotAllowedError(
            "This person is a moderator. An administrator has to remove the role first."
        )
    if days not in SUSPENSION_DAYS:
        raise ActionNotAllowedError("Choose a duration.")
    suspend(person, until=timezone.now() + datetime.timedelta(days=days))
    return ModerationAction.objects.create(
        deed=Action.SUSPENDED,
        subject=ModerationAction.Subject.ACCOUNT,
        person=person,
        moderator=moderator,
        days=days,
        reason=reason,
        words=message,
        note=note,
    )


@transactional
def lift_suspension(*, person: User, moderator: User, note: str = "") -> ModerationAction:
    """End a suspension early; raises ActionNotAllowedError when there is none."""
    # Checked under the lock and on the stored row: an attempt that the database aborted may have
    # changed `person`.
    if not is_suspended(lock_account(person)):
        raise ActionNotAllowedError("This account is not suspended.")
    end_suspension(person)
    act = ModerationAction.objects.create(
        deed=Action.LIFTED,
        subject=ModerationAction.Subject.ACCOUNT,
        person=person,
        moderator=moderator,
        note=note,
    )
    author_notices.notify_suspension_lifted(act)
    return act


@transactional
def rename_person(
    *, person: User, moderator: User, username: str, name: str, reason: str, note: str = ""
) -> ModerationAction:
    """Give a person another user name, display name, or both; the old address redirects.

    Raises ActionNotAllowedError for a name that is not available, for unchanged names, and for a
    superuser who is renamed by anyone but a superuser.
    """
    if person.is_superuser and not moderator.is_superuser:
        raise ActionNotAllowedError("This person is a superuser. Only a superuser can do this.")
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    old_names = f"{person.username} ({person.name})"
    if (username, name) == (person.username, person.name):
        raise ActionNotAllowedError("Neither name has changed. Change at least one of them.")
    try:
        usernames.rename(person=person, username=username, is_own_wish=False)
        usernames.change_display_name(person=person, name=name)
    except usernames.RenameNotAllowedError as error:
        raise ActionNotAllowedError(str(error)) from None
    act = ModerationAction.objects.create(
        deed=Action.RENAMED,
        subject=ModerationAction.Subject.ACCOUNT,
        person=person,
        moderator=moderator,
        reason=reason,
        note=_shortened(f"{old_names} is now {person.username} ({person.name}). {note}".strip()),
    )
    author_notices.notify_renamed(act)
    return act


def rights_of(person: User) -> set[str]:
    """Return a person's own rights: {"superuser", "group moderator", "mailing.view_mail"}."""
    return {
        *(["superuser"] if person.is_superuser else []),
        *(f"group {group}" for group in Group.objects.filter(user=person)),
        *_named(Permission.objects.filter(user=person)),
    }


def rights_of_group(group: Group) -> set[str]:
    """Return the rights of a group: {"moderator: moderation.view_case"}."""
    return {f"{group}: {name}" for name in _named(Permission.objects.filter(group=group))}


def log_rights(
    *, moderator: User, before: set[str], after: set[str], person: User | None = None
) -> ModerationAction | None:
    """Log the rights that a person, or everyone in a group, gained or lost.

    Returns None when nothing changed.
    """
    changes = [
        *(f"+ {right}" for right in sorted(after - before)),
        *(f"- {right}" for right in sorted(before - after)),
    ]
    if not changes:
        return None
    return ModerationAction.objects.create(
        deed=Action.RIGHTS,
        subject=ModerationAction.Subject.ACCOUNT,
        person=person,
        moderator=moderator,
        note=_shortened(", ".join(changes)),
    )


@transactional
def open_author(*, case_id: int, administrator: User, note: str) -> User | None:
    """Return the author of an anonymous text to an administrator, with a log entry.

    Returns None when the account has been deleted. Raises ActionNotAllowedError without a reason
    and for a signed text, PermissionError for everyone else.
    """
    if not administrator.has_perm("moderation.open_author"):
        raise PermissionError
    if not note.strip():
        raise ActionNotAllowedError("Enter a reason. It is kept in the log.")
    case = _open(case_id)
    if not case.text.is_anonymous:
        raise ActionNotAllowedError("This text is signed.")
    ModerationAction.objects.create(
        deed=Action.OPENED,
        subject=subject_of(case),
        note=note.strip()[:500],
        case=case,
        moderator=administrator,
    )
    return case.text.author


def subject_of(case: Case) -> str:
    """Return the kind of text that a case is about, for its log entry."""
    if case.summary_id:
        return ModerationAction.Subject.SUMMARY
    return (
        ModerationAction.Subject.QUESTION
        if case.comment.paper_id
        else ModerationAction.Subject.COMMENT
    )


def _named(permissions: QuerySet[Permission]) -> list[str]:
    rows = permissions.values_list("content_type__app_label", "codename")
    return [f"{app}.{code}" for app, code in rows]


def _shortened(note: str) -> str:
    return shorten(note, ModerationAction._meta.get_field("note").max_length)


def _readable(case_id: int) -> Case:
    return Case.objects.readable().get(pk=case_id)


def _open(case_id: int) -> Case:
    # Lock one row; its text is read by queries of its own.
    rows = Case.objects.readable().select_for_update(of=("self",), no_key=True)
    return rows.get(pk=case_id)


def _locked(case_id: int, seen: int) -> Case:
    """Return the locked case, after locking its text and the paper of the text.

    This is the order in which saving a text that waits for a moderator takes the locks, too.
    """
    hide_and_remove.lock(_readable(case_id).text)
    case = _open(case_id)
    if case.change_count != seen:
        raise StaleCaseError(case)
    return case


def _count_on(case: Case) -> None:
    case.change_count += 1
    case.save()


def _do(case: Case, choice: str, prepared: Prepared | None) -> str:
    text = case.text
    state_before = text.state
    if choice == "keep":
        try:
            hide_and_remove.show(text, prepared)
        except hide_and_remove.RestoreError as error:
            raise ActionNotAllowedError(str(error)) from None
        decisions = {"waiting": Action.SHOWN, "hidden": Action.RESTORED}
        return decisions.get(state_before, Action.KEPT)
    if choice == "hide":
        if not hide_and_remove.hide([text]):
            raise ActionNotAllowedError("This text is already hidden.")
        return Action.DECLINED if state_before == "waiting" else Action.HIDDEN
    if choice == "remove":
        if not hide_and_remove.remove([text]):
            raise ActionNotAllowedError("This text is already removed.")
        return Action.REMOVED
    if choice == "ask":
        if state_before == "hidden":
            raise ActionNotAllowedError("Hidden texts cannot be edited. Show it again first.")
        if isinstance(text, Comment):
            raise ActionNotAllowedError(
                "Comments can be edited for a short time only. Hide or keep it."
            )
        return Action.ASKED
    raise ActionNotAllowedError("Choose an action.")

"""What moderators do with a case: each deed has a reason, a row in the log, and is told."""

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
# What a form may ask for.
CHOICES = {
    "keep": "Keep",
    "hide": "Hide",
    "ask": "Ask to edit",
    "remove": "Remove",
}


class StaleCaseError(Exception):
    """Something happened to the case since the page was made; `case` is as it is now."""

    def __init__(self, case: Case):
        super().__init__("Somebody has changed this case meanwhile.")
        self.case = case


class ActionNotAllowedError(Exception):
    """This can not be done; the message tells why."""


def decide(
    *,
    case_id: int,
    seen: int,
    choice: str,
    moderator: User,
    reason: str,
    words: str = "",
    note: str = "",
) -> ModerationAction:
    """Keep, hide, ask to edit or remove the text of a case.

    `seen` is the change_count of the case that the moderator saw; raises StaleCaseError when it is
    another one now, ActionNotAllowedError, Case.DoesNotExist when its author took the text back.
    `words` are told to the author after the sentence of the reason, `note` to moderators alone.
    """

    def prepare() -> Prepared | None:
        # Only what is to be shown again is rendered.
        return hide_and_remove.prepare(_readable(case_id).text) if choice == "keep" else None

    return render_and_store(
        prepare,
        lambda prepared: _decide(
            case_id=case_id,
            seen=seen,
            choice=choice,
            moderator=moderator,
            said={"reason": reason, "words": words, "note": note},
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
    said: dict[str, str],
    prepared: Prepared | None,
) -> ModerationAction:
    case = _locked(case_id, seen)
    if case.text.author_id == moderator.pk:
        raise ActionNotAllowedError("You wrote this one: another moderator decides.")
    deed = _do(case, choice, prepared)
    if choice == "ask":
        case.state, case.taken_by = Case.State.ASKED, moderator
    else:
        case.state, case.is_screening = Case.State.DONE, False
    case.decided_at = timezone.now()
    _count_on(case)
    act = ModerationAction.objects.create(
        deed=deed, subject=subject_of(case), case=case, moderator=moderator, **said
    )
    author_notices.notify_author(act)
    if choice != "ask":
        author_notices.close_reports(act)
    return act


@transactional
def take_case(*, case_id: int, moderator: User) -> Case:
    """Mark a case as one's own, so that others leave it; or give it back."""
    case = _open(case_id)
    case.taken_by = None if case.taken_by_id == moderator.pk else moderator
    case.save(update_fields=["taken_by"])
    return case


@transactional
def suspend_author(
    *, case_id: int, seen: int, moderator: User, days: int, reason: str, words: str = "", note=""
) -> ModerationAction:
    """Suspend who signed the text; the text stays as it is, and so does the case.

    Raises as `decide`; ActionNotAllowedError for an unsigned text: that the account is suspended would tell
    who wrote it.
    """
    person = _readable(case_id).text.byline
    if person is not None:
        # Before the case: the votes of the account are counted again.
        lock_account(person)
    case = _open(case_id)
    if case.change_count != seen:
        raise StaleCaseError(case)
    if case.text.byline != person:
        raise TryAgainError(f"The text of case {case_id} is signed differently by now.")
    if person is None:
        raise ActionNotAllowedError(
            "The author is not named here, and a suspension could be seen. "
            "Hide or remove the text; an administrator can open the name."
        )
    _count_on(case)
    return suspend_person(
        person=person,
        moderator=moderator,
        days=days,
        reason=reason,
        words=words,
        note=note,
    )


@transactional
def suspend_person(
    *, person: User, moderator: User, days: int, reason: str, words="", note=""
) -> ModerationAction:
    """Close an account for `days`; raises ActionNotAllowedError for other moderators' and one's own.

    The row names no text: one that loses its name later would be named by it.
    """
    if person.is_staff or person.is_superuser:
        raise ActionNotAllowedError(
            "This is a moderator. An administrator takes the role away first."
        )
    if days not in SUSPENSION_DAYS:
        raise ActionNotAllowedError("Choose for how long.")
    suspend(person, until=timezone.now() + datetime.timedelta(days=days))
    return ModerationAction.objects.create(
        deed=Action.SUSPENDED,
        subject=ModerationAction.Subject.ACCOUNT,
        person=person,
        moderator=moderator,
        days=days,
        reason=reason,
        words=words,
        note=note,
    )


@transactional
def lift_suspension(*, person: User, moderator: User, note: str = "") -> ModerationAction:
    """End a suspension early; raises ActionNotAllowedError when there is none."""
    # Asked under the lock, and of the row: a try that the database broke off has changed `person`.
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
    """Give somebody another user name, another name, or both; the old address leads on.

    Raises ActionNotAllowedError for a name that cannot be had, for the names that the person has already,
    and for a superuser who is renamed by somebody else.
    """
    if person.is_superuser and not moderator.is_superuser:
        raise ActionNotAllowedError("This is a superuser. Another superuser can do it.")
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    was = f"{person.username} ({person.name})"
    if (username, name) == (person.username, person.name):
        raise ActionNotAllowedError("These are the names now. Change one of them.")
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
        note=_shortened(f"{was} is now {person.username} ({person.name}). {note}".strip()),
    )
    author_notices.notify_renamed(act)
    return act


def rights_of(person: User) -> set[str]:
    """What somebody was given: {"superuser", "group moderator", "mailing.view_mail"}."""
    return {
        *(["superuser"] if person.is_superuser else []),
        *(f"group {group}" for group in Group.objects.filter(user=person)),
        *_named(Permission.objects.filter(user=person)),
    }


def rights_of_group(group: Group) -> set[str]:
    return {f"{group}: {name}" for name in _named(Permission.objects.filter(group=group))}


def log_rights(
    *, moderator: User, before: set[str], after: set[str], person: User | None = None
) -> ModerationAction | None:
    """Write a row about rights that somebody, or everybody in a group, got or lost; None when
    nothing changed."""
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
    """Who wrote an unsigned text, for an administrator; leaves a row in the log.

    None when the account is gone. Raises ActionNotAllowedError without a reason and for a signed text,
    PermissionError for everybody else.
    """
    if not administrator.has_perm("moderation.open_author"):
        raise PermissionError
    if not note.strip():
        raise ActionNotAllowedError("Write why. It stands in the log.")
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
    # One row with its lock; what it is about comes with queries of its own.
    rows = Case.objects.readable().select_for_update(of=("self",), no_key=True)
    return rows.get(pk=case_id)


def _locked(case_id: int, seen: int) -> Case:
    """The locked case, with its text and the paper of that locked before, as when an author saves
    a text that waits."""
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
    was = text.state
    if choice == "keep":
        try:
            hide_and_remove.show(text, prepared)
        except hide_and_remove.RestoreError as error:
            raise ActionNotAllowedError(str(error)) from None
        shown = {"waiting": Action.SHOWN, "hidden": Action.RESTORED}
        return shown.get(was, Action.KEPT)
    if choice == "hide":
        if not hide_and_remove.hide([text]):
            raise ActionNotAllowedError("It is hidden already.")
        return Action.DECLINED if was == "waiting" else Action.HIDDEN
    if choice == "remove":
        if not hide_and_remove.remove([text]):
            raise ActionNotAllowedError("It is removed already.")
        return Action.REMOVED
    if choice == "ask":
        if was == "hidden":
            raise ActionNotAllowedError("It is hidden: nobody can edit it. Show it again first.")
        if isinstance(text, Comment):
            raise ActionNotAllowedError("A comment cannot be edited for long. Hide or keep it.")
        return Action.ASKED
    raise ActionNotAllowedError("Choose what to do.")

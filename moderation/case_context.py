"""What a moderator sees of a case in addition to the text: its author and its history."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.suspensions import is_suspended
from moderation.models import Case, ModerationAction
from summaries.actions.spam_checks import NEW_FOR_DAYS, Link, links_in
from summaries.diff import Change, word_diff
from summaries.models import Comment, Revision, Summary

ACTIONS_SHOWN, REVISIONS_SHOWN = 10, 10


@dataclass(frozen=True, kw_only=True)
class Author:
    """The author of a signed text; of an anonymous one, even a few numbers would be a hint."""

    person: User
    is_new: bool
    is_suspended: bool
    summary_count: int
    comment_count: int
    acts: list[ModerationAction] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A revision and its changes."""

    revision: Revision
    changes: list[Change]


def author_of(case: Case) -> Author | None:
    """Return the author of a signed text, or None."""
    person = case.text.byline
    if person is None:
        return None
    return Author(
        person=person,
        is_new=timezone.now() - person.date_joined < datetime.timedelta(days=NEW_FOR_DAYS),
        is_suspended=is_suspended(person),
        summary_count=Summary.objects.signed_by(person).count(),
        comment_count=Comment.objects.signed_by(person).count(),
        acts=list(actions_on(person).exclude(case=case, person=None)[:ACTIONS_SHOWN]),
    )


def actions_on(person: User):
    """Return actions on a person's account and signed texts, the newest first."""
    return ModerationAction.objects.filter(
        Q(person=person)
        | Q(case__summary__author=person, case__summary__is_anonymous=False)
        | Q(case__comment__author=person, case__comment__is_anonymous=False)
    ).select_related("moderator", "case")


def links_of(case: Case) -> list[Link]:
    """Return the links in the text."""
    return links_in(case.text.html)


def history_of(case: Case) -> list[Step]:
    """Return the published revisions, the newest first, with their changes; none for a comment."""
    if case.summary_id is None:
        return []
    # The editor is not loaded: it would reveal the author.
    revisions = list(
        Revision.objects.filter(summary=case.summary_id).defer("editor")[: REVISIONS_SHOWN + 1]
    )
    predecessors = [*revisions[1:], None][: len(revisions)]
    steps = [
        Step(revision=newer, changes=word_diff(older.text, newer.text) if older else [])
        for newer, older in zip(revisions, predecessors, strict=True)
    ]
    return steps[:REVISIONS_SHOWN]
